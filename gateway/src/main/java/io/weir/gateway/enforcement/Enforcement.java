package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Callers;
import io.weir.gateway.identity.Credentials;
import io.weir.gateway.metering.PriceList;
import io.weir.gateway.metering.RequestBodies;
import io.weir.gateway.metering.Tariffs;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Admission;
import io.weir.quota.decision.Decisions;
import io.weir.quota.usage.Rollups;
import java.time.InstantSource;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class Enforcement {

    @Bean
    Credentials credentials(EnforcementSettings settings) {
        return new Credentials(settings.keyHeader());
    }

    @Bean
    HttpClientCustomizer forwardingMark() {
        return Forwarding.marking();
    }

    @Bean
    Bookkeeping bookkeeping(
            Admission admission,
            Decisions decisions,
            EnforcementSettings settings,
            Rollups rollups,
            Meters meters,
            InstantSource clock) {
        var reasons = new Reasons(admission, decisions, statuses(settings), clock);
        return new Bookkeeping(reasons, rollups, meters, clock);
    }

    @Bean
    GlobalFilter quotaFilter(
            Callers callers,
            Credentials credentials,
            PriceList prices,
            Admission admission,
            EnforcementSettings settings,
            Bookkeeping books,
            InstantSource clock) {
        return new QuotaFilter(
                callers,
                new KeyRestrictions(new RequestBodies(settings.readBodyLimit())),
                new Tariffs(prices, settings.maxCost()),
                admission,
                new UpstreamRequest(credentials, settings.upstreamCredentials()),
                new Refusals(clock, Explanation.kept(settings.adminUrl()), statuses(settings)),
                books);
    }

    private static Statuses statuses(EnforcementSettings settings) {
        return new Statuses(settings.spentStatus());
    }
}
