package io.weir.admin;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import io.weir.quota.subject.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.web.reactive.server.WebTestClient;

/// The admin API as it runs, on a PostgreSQL of its own; one for all tests that take no harm from
/// each other.
final class Running implements AutoCloseable {

    static final String PEPPER = Base64.getEncoder().encodeToString(new byte[32]);
    static final String TOKEN = Secret.generate(Secret.Kind.TOKEN, new SecureRandom()).reveal();

    /// Where all of [#start()] have payments made.
    static final StripeStandIn STRIPE = new StripeStandIn();

    private static final Running SHARED = start();

    final EmbeddedPostgreSql server;
    final ConfigurableApplicationContext application;
    private final Owner owner;

    private Running(EmbeddedPostgreSql server, ConfigurableApplicationContext application) {
        this.server = server;
        this.application = application;
        this.owner = new Owner(server.url());
    }

    static Running shared() {
        return SHARED;
    }

    static Running start() {
        var server = server();
        return new Running(server, start(server, STRIPE.settings()));
    }

    /// With the database behind another port of this machine.
    static Running through(int port, EmbeddedPostgreSql server) {
        var behind =
                DatabaseUrl.parse(
                        "postgresql://postgres:owner@127.0.0.1:%d/postgres".formatted(port));
        return new Running(
                server, run(application(), behind, Map.of("weir.access.admin-token", TOKEN)));
    }

    static EmbeddedPostgreSql server() {
        try {
            Path data = Files.createTempDirectory("weir-admin-test");
            return EmbeddedPostgreSql.start(data, 0, "owner");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static ConfigurableApplicationContext start(
            EmbeddedPostgreSql server, Map<String, String> settings) {
        return run(application(), server.url(), settings);
    }

    private static SpringApplication application() {
        var application = new SpringApplicationBuilder(WeirAdmin.class, OwnThreads.class).build();
        application.setRegisterShutdownHook(false);
        return application;
    }

    private static ConfigurableApplicationContext run(
            SpringApplication application, DatabaseUrl url, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.port=0");
        arguments.add("--management.server.port=0");
        arguments.add(
                "--weir.database.url=postgresql://postgres:owner@127.0.0.1:%d/postgres"
                        .formatted(url.port()));
        arguments.add("--weir.database.admin-password=admin");
        arguments.add("--weir.database.gateway-password=gateway");
        arguments.add("--weir.access.pepper=" + PEPPER);
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return application.run(arguments.toArray(String[]::new));
    }

    /// What a start printed, and what was started.
    record Recorded(Running running, String printed) implements AutoCloseable {

        @Override
        public void close() {
            running.application.close();
        }
    }

    static Recorded recorded(EmbeddedPostgreSql server, Map<String, String> settings) {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            var running = new Running(server, start(server, settings));
            return new Recorded(running, bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    /// Without it, the first application that is closed stops the threads of all others. They end
    /// at once, as nothing is asked any more then, instead of after two seconds of quiet.
    @Configuration(proxyBeanMethods = false)
    static class OwnThreads {

        @Bean
        ReactorResourceFactory threads() {
            var threads = new ReactorResourceFactory();
            threads.setUseGlobalResources(false);
            threads.setShutdownQuietPeriod(Duration.ZERO);
            return threads;
        }
    }

    WebTestClient api() {
        return client("local.server.port", TOKEN);
    }

    WebTestClient as(String token) {
        return client("local.server.port", token);
    }

    WebTestClient anonymous() {
        return client("local.server.port", "");
    }

    WebTestClient management() {
        return client("local.management.port", "");
    }

    private WebTestClient client(String port, String token) {
        var client =
                WebTestClient.bindToServer()
                        .baseUrl(
                                "http://127.0.0.1:"
                                        + application.getEnvironment().getProperty(port))
                        .responseTimeout(Duration.ofSeconds(20));
        return (token.isEmpty() ? client : client.defaultHeader("Authorization", "Bearer " + token))
                .build();
    }

    /// The first column of what a statement finds, asked as the database's owner.
    List<String> rows(String sql) {
        return owner.rows(sql);
    }

    @Override
    public void close() {
        application.close();
        server.close();
    }
}
