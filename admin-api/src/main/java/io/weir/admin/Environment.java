package io.weir.admin;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The variables without which there is nothing to start, looked at before Spring is, so that what
/// is wrong is one line and not a stack trace. The lines never repeat a value.
final class Environment {

    private final Map<String, String> variables;
    private final List<String> wrong = new ArrayList<>();

    private Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    static List<String> wrong(Map<String, String> variables) {
        var environment = new Environment(variables);
        environment.required(
                "WEIR_DATABASE_URL",
                "postgresql://user:password@host:port/database",
                DatabaseUrl::parse);
        environment.required("WEIR_ADMIN_DATABASE_PASSWORD", "a password", _ -> {});
        environment.required("WEIR_GATEWAY_DATABASE_PASSWORD", "a password", _ -> {});
        environment.required("WEIR_PEPPER", "base64 of at least 32 random bytes", Pepper::of);
        environment.optional("WEIR_ADMIN_TOKEN", Secret.Kind.TOKEN);
        environment.optional("WEIR_DEMO_KEY", Secret.Kind.KEY);
        environment.optional("WEIR_DEMO_LIMITED_KEY", Secret.Kind.KEY);
        environment.together(
                "WEIR_STRIPE_SECRET_KEY", "WEIR_STRIPE_WEBHOOK_SECRET", "WEIR_STRIPE_SUCCESS_URL");
        return environment.wrong;
    }

    private void required(String name, String form, Consumer<String> parser) {
        String value = variables.getOrDefault(name, "");
        if (value.isBlank()) {
            wrong.add(name + " is not set: it must be " + form);
            return;
        }
        try {
            parser.accept(value);
        } catch (IllegalArgumentException malformed) {
            wrong.add(name + " must be " + form);
        }
    }

    /// All of them or none.
    private void together(String... names) {
        List<String> missing =
                Arrays.stream(names)
                        .filter(name -> variables.getOrDefault(name, "").isBlank())
                        .toList();
        if (missing.size() < names.length) {
            missing.forEach(
                    name ->
                            wrong.add(
                                    name
                                            + " is not set: it is needed with "
                                            + String.join(", ", names)));
        }
    }

    private void optional(String name, Secret.Kind kind) {
        String value = variables.getOrDefault(name, "");
        if (!value.isEmpty() && Secret.parse(kind, value).isEmpty()) {
            wrong.add(name + " is no secret of Weir's: its form or checksum is wrong");
        }
    }
}
