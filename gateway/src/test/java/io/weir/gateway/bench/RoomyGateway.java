package io.weir.gateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Another gateway of Weir's over the same database, with a heap for a million keys; all else is as
/// with the one beside its peers.
record RoomyGateway(Target target, Management management) {

    private static final String NAME = "many-keys";
    private static final List<String> HEAP = List.of("-Xms4g", "-Xmx4g");

    static RoomyGateway start(Processes processes, Settings settings, int upstreamPort) {
        int port = Processes.freePort();
        var management = new Management(Processes.freePort());
        List<String> command = new ArrayList<>(List.of(Processes.JAVA));
        command.addAll(settings.words("JVM"));
        command.addAll(HEAP);
        command.addAll(List.of("-jar", settings.get("GATEWAY_JAR")));
        Map<String, String> environment =
                Map.of(
                        "SPRING_PROFILES_ACTIVE",
                        "demo",
                        "WEIR_GATEWAY_PORT",
                        Integer.toString(port),
                        "WEIR_GATEWAY_MANAGEMENT_PORT",
                        Integer.toString(management.port()),
                        "WEIR_DATABASE_URL",
                        settings.get("GATEWAY_DATABASE_URL"),
                        "WEIR_PEPPER",
                        settings.get("PEPPER"),
                        "WEIR_NODE_NAME",
                        NAME,
                        "WEIR_JOURNAL_DIR",
                        settings.folder().resolve(NAME).toString(),
                        "WEIR_UPSTREAM_URL",
                        "http://127.0.0.1:" + upstreamPort,
                        "WEIR_DEMO_UPSTREAM_CREDENTIAL",
                        settings.get("UPSTREAM_CREDENTIAL"));
        ProcessHandle process = processes.start(NAME, port, environment, command);
        management.awaitReady();
        return new RoomyGateway(new Target(NAME, port, "/demo/hello", "", process), management);
    }
}
