package io.weir.gateway.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The other targets.
final class Peers {

    private static final String PREFIX = "/demo";
    private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[0].";

    private final Settings settings;
    private final Processes processes;

    Peers(Settings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    Target bareGateway() {
        int port = Processes.freePort();
        return started(Target.BARE, port, Map.of(), java("bare", "BareGateway", gateway(port)));
    }

    /// Its limits are as far away as Weir's.
    Target redisGateway() {
        int port = Processes.freePort();
        List<String> arguments = gateway(port);
        String limiter = ROUTE + "filters[1].";
        arguments.addAll(
                List.of(
                        limiter + "name=RequestRateLimiter",
                        limiter + "args.redis-rate-limiter.replenishRate=10000000",
                        limiter + "args.redis-rate-limiter.burstCapacity=10000000"));
        return started(
                Target.REDIS,
                port,
                Map.of("SPRING_DATA_REDIS_URL", settings.get("REDIS_URL")),
                java("redis", "RedisGateway", arguments));
    }

    Target nettyProxy() {
        int port = Processes.freePort();
        List<String> arguments = List.of(Integer.toString(port), upstream(), PREFIX);
        return started(Target.NETTY, port, Map.of(), java("bare", "NettyProxy", arguments));
    }

    Optional<Target> nginx() {
        int port = Processes.freePort();
        String configuration =
                """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  upstream one { server 127.0.0.1:%3$s; keepalive 128; keepalive_requests 1000000000; }
                  server {
                    listen 127.0.0.1:%2$d;
                    location /demo/ {
                      proxy_pass http://one/;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                    }
                  }
                }
                """
                        .formatted(settings.folder(), port, settings.get("UPSTREAM_PORT"));
        return installed(Target.NGINX, port, "nginx.conf", configuration, "-c");
    }

    Optional<Target> haproxy() {
        int port = Processes.freePort();
        String configuration =
                """
                global
                  nbthread %4$s
                defaults
                  mode http
                  http-reuse always
                  timeout connect 2s
                  timeout client 60s
                  timeout server 60s
                frontend in
                  bind 127.0.0.1:%2$d
                  http-request replace-path /demo/(.*) /\\1
                  default_backend one
                backend one
                  server one 127.0.0.1:%3$s
                """
                        .formatted(
                                settings.folder(),
                                port,
                                settings.get("UPSTREAM_PORT"),
                                settings.get("LOOPS"));
        return installed(Target.HAPROXY, port, "haproxy.cfg", configuration, "-f");
    }

    private Optional<Target> installed(
            String name, int port, String file, String configuration, String option) {
        Path path = settings.folder().resolve(file);
        try {
            new ProcessBuilder(name, "-v").redirectErrorStream(true).start().waitFor();
            Files.writeString(path, configuration);
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        return Optional.of(started(name, port, Map.of(), List.of(name, option, path.toString())));
    }

    private String upstream() {
        return "http://127.0.0.1:" + settings.get("UPSTREAM_PORT");
    }

    private List<String> gateway(int port) {
        return new ArrayList<>(
                List.of(
                        "--server.address=127.0.0.1",
                        "--server.port=" + port,
                        ROUTE + "id=demo",
                        ROUTE + "uri=" + upstream(),
                        ROUTE + "predicates[0]=Path=" + PREFIX + "/**",
                        ROUTE + "filters[0]=StripPrefix=1"));
    }

    private List<String> java(String libraries, String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Processes.JAVA);
        command.addAll(settings.words("JVM"));
        String classes = settings.get("CLASSES");
        command.add("-cp");
        command.add(classes + File.pathSeparator + settings.get("PEERS") + "/" + libraries + "/*");
        command.add("io.weir.peers." + program);
        command.addAll(arguments);
        return command;
    }

    private Target started(
            String name, int port, Map<String, String> environment, List<String> command) {
        return new Target(
                name,
                port,
                PREFIX + "/hello",
                "anybody",
                processes.start(name, port, environment, command));
    }
}
