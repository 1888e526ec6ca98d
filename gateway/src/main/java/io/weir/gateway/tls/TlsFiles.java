package io.weir.gateway.tls;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/// From the settings that name PEM files to those of Spring Boot and Spring Cloud Gateway, which
/// may be used in their place for all that there is beyond.
public final class TlsFiles implements EnvironmentPostProcessor, Ordered {

    private static final String CERTIFICATE = "weir.tls.certificate";
    private static final String PRIVATE_KEY = "weir.tls.private-key";
    private static final String UPSTREAM_CERTIFICATE = "weir.tls.upstream-certificate";
    private static final String UPSTREAM_PRIVATE_KEY = "weir.tls.upstream-private-key";
    private static final String UPSTREAM_AUTHORITIES = "weir.tls.upstream-authorities";

    private static final String BUNDLE = "spring.ssl.bundle.pem.";
    private static final String CALLERS = "weir-callers";

    static final String UPSTREAMS = "weir-upstreams";

    private static final String CLIENT = "spring.cloud.gateway.server.webflux.httpclient.ssl.";

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> settings = new LinkedHashMap<>();
        callers(environment, settings);
        upstreams(environment, settings);
        if (!settings.isEmpty()) {
            environment.getPropertySources().addFirst(new MapPropertySource("tls", settings));
        }
    }

    private static void callers(ConfigurableEnvironment environment, Map<String, Object> settings) {
        if (pair(environment, CERTIFICATE, PRIVATE_KEY, CALLERS, settings)) {
            settings.put(BUNDLE + CALLERS + ".reload-on-update", "true");
            settings.put("server.ssl.bundle", CALLERS);
        }
    }

    private static void upstreams(
            ConfigurableEnvironment environment, Map<String, Object> settings) {
        boolean shown =
                pair(environment, UPSTREAM_CERTIFICATE, UPSTREAM_PRIVATE_KEY, UPSTREAMS, settings);
        String authorities = file(environment, UPSTREAM_AUTHORITIES);
        if (!authorities.isEmpty()) {
            settings.put(BUNDLE + UPSTREAMS + ".truststore.certificate", authorities);
        }
        if (shown || !authorities.isEmpty()) {
            settings.put(BUNDLE + UPSTREAMS + ".reload-on-update", "true");
            settings.put(CLIENT + "ssl-bundle", UPSTREAMS);
        }
    }

    private static boolean pair(
            ConfigurableEnvironment environment,
            String certificate,
            String privateKey,
            String bundle,
            Map<String, Object> settings) {
        String shown = file(environment, certificate);
        String secret = file(environment, privateKey);
        if (shown.isEmpty() != secret.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s and %s are needed together".formatted(certificate, privateKey));
        }
        if (shown.isEmpty()) {
            return false;
        }
        settings.put(BUNDLE + bundle + ".keystore.certificate", shown);
        settings.put(BUNDLE + bundle + ".keystore.private-key", secret);
        return true;
    }

    /// As a location of Spring's, whatever is in its path; empty for none.
    private static String file(ConfigurableEnvironment environment, String property) {
        String path = environment.getProperty(property, "").strip();
        return path.isEmpty() ? "" : "file:" + path;
    }
}
