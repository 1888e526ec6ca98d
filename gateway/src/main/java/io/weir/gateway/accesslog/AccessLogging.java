package io.weir.gateway.accesslog;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class AccessLogging {

    @Bean
    AccessNotes accessNotes(
            AccessLogSettings settings, MeterRegistry registry, InstantSource clock) {
        if (settings.isOff()) {
            return AccessNotes.NONE;
        }
        var lines = new Lines(destination(settings));
        FunctionCounter.builder("weir.accesslog.lost", lines, Lines::lost)
                .description("Lines of the access log that could not be kept")
                .register(registry);
        return new AccessLog(lines, clock, System::nanoTime);
    }

    @Bean
    NettyServerCustomizer accessLogServer(AccessNotes notes) {
        return notes instanceof AccessLog log ? log::follow : server -> server;
    }

    private static Destination destination(AccessLogSettings settings) {
        if (settings.isStandardOutput()) {
            return Destination.standardOutput();
        }
        try {
            return Destination.file(Path.of(settings.accessLog()));
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "WEIR_ACCESS_LOG: can't write to " + settings.accessLog(), failure);
        }
    }
}
