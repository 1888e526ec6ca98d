package io.weir.admin.rule;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Money;
import io.weir.quota.admission.RuleSettings;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.schedule.CalendarPeriod;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a rule says.
///
/// @param mode whether it refuses, or only tells what it would have refused
record Terms(
        String name,
        @Nullable String description,
        boolean enabled,
        String mode,
        @Nullable Limit quota,
        @Nullable Window window) {

    static final String OBSERVE = "observe";

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_DESCRIPTION = 4000;
    private static final Terms DRAFT = new Terms("", null, true, "enforce", null, null);

    /// How much each key may spend in a period.
    ///
    /// @param credits in nano-units
    record Limit(String period, long credits) {

        private static Limit read(Body body, @Nullable Limit now) {
            var limit =
                    new Limit(
                            body.required(
                                    "period",
                                    Form.oneOf("daily", "weekly", "monthly"),
                                    now == null ? null : now.period),
                            body.required(
                                    "credits", Form.money(), now == null ? null : now.credits));
            body.nothingElse();
            return limit;
        }

        private RuleSettings.Credits settings() {
            return new RuleSettings.Credits(CalendarPeriod.of(period), credits);
        }

        private String text() {
            String capital = period.substring(0, 1).toUpperCase(Locale.ROOT) + period.substring(1);
            return "%s Credits limit %s".formatted(capital, Money.decimal(credits));
        }
    }

    /// @param now what holds so far, null for a new rule
    static Terms read(Body body, @Nullable Terms now) {
        return read(body, now == null ? DRAFT : now, now == null ? null : now.name);
    }

    /// A rule in the making, of which nothing need be said yet.
    static Terms draft(Body body) {
        return read(body, DRAFT, DRAFT.name);
    }

    private static Terms read(Body body, Terms now, @Nullable String name) {
        var terms =
                new Terms(
                        body.required("name", Form.text(LONGEST_NAME), name),
                        body.nullable(
                                "description", Form.prose(LONGEST_DESCRIPTION), now.description),
                        body.required("enabled", Form.flag(), now.enabled),
                        body.required("mode", Form.oneOf("enforce", OBSERVE), now.mode),
                        body.nullableObject(
                                "quota", quota -> Limit.read(quota, now.quota), now.quota),
                        body.nullableObject(
                                "window", window -> Window.read(window, now.window), now.window));
        body.nothingElse();
        return terms;
    }

    /// As the gateways read them.
    RuleSettings settings(UUID id) {
        return new RuleSettings(
                0,
                id,
                enabled,
                Enforcement.of(mode),
                Optional.ofNullable(quota).map(Limit::settings),
                Optional.ofNullable(window).map(Window::access));
    }

    Terms enabled(boolean nowEnabled) {
        return new Terms(name, description, nowEnabled, mode, quota, window);
    }

    String limitText() {
        return quota == null ? "No limit" : quota.text();
    }

    String windowText() {
        return window == null ? "At any time" : window.text();
    }

    /// The whole rule in words, the same wherever it is told.
    String text() {
        return limitText()
                + "; "
                + windowText()
                + (mode.equals(OBSERVE) ? "; observed, not enforced" : "")
                + (enabled ? "" : "; disabled");
    }
}
