package io.weir.gateway.enforcement;

import io.weir.gateway.accesslog.AccessNotes;
import io.weir.gateway.edge.BodySizes;
import io.weir.gateway.identity.Callers;
import io.weir.gateway.identity.Credentials;
import io.weir.gateway.metering.ModelNames;
import io.weir.gateway.metering.PriceList;
import io.weir.gateway.metering.RequestBodies;
import io.weir.gateway.metering.Tariffs;
import io.weir.gateway.provisioning.Places;
import io.weir.gateway.provisioning.Provisions;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Admission;
import io.weir.quota.decision.Decisions;
import io.weir.quota.usage.Rollups;
import java.time.InstantSource;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import reactor.core.scheduler.Schedulers;

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
            PriceList prices,
            AccessNotes notes,
            InstantSource clock) {
        var reasons = new Reasons(admission, decisions, statuses(settings), clock);
        var settling = new Settling(admission, rollups, meters, new ModelNames(prices));
        return new Bookkeeping(reasons, rollups, meters, settling, notes, clock);
    }

    @Bean
    Tariffs tariffs(PriceList prices, EnforcementSettings settings) {
        return new Tariffs(prices, settings.maxCost());
    }

    @Bean
    Refusals refusals(EnforcementSettings settings, InstantSource clock) {
        return new Refusals(clock, Explanation.kept(settings.adminUrl()), statuses(settings));
    }

    @Bean
    Serving serving(
            Tariffs tariffs,
            Admission admission,
            Credentials credentials,
            EnforcementSettings settings,
            Provisions provisions,
            Places places,
            Refusals refusals,
            Bookkeeping books) {
        return new Serving(
                tariffs,
                admission,
                new UpstreamRequest(credentials, settings.upstreamCredentials()),
                new Provisioned(provisions, places, settings.readBodyLimit()),
                refusals,
                books,
                Schedulers.parallel());
    }

    @Bean
    GlobalFilter quotaFilter(
            Callers callers,
            Tariffs tariffs,
            Admission admission,
            EnforcementSettings settings,
            Serving serving,
            BodySizes sizes,
            Refusals refusals,
            Bookkeeping books,
            InstantSource clock) {
        var restrictions = new KeyRestrictions(new RequestBodies(settings.readBodyLimit()));
        var pricing = new Pricing(restrictions, tariffs, admission);
        return new QuotaFilter(
                callers, pricing, tariffs, admission, serving, sizes, refusals, books, clock);
    }

    @Bean
    @Primary
    WebSocketService meteredWebSockets(
            RequestUpgradeStrategy upgrades,
            Callers callers,
            Admission admission,
            Bookkeeping books) {
        return new MeteredWebSockets(
                new HandshakeWebSocketService(upgrades),
                callers,
                admission,
                books,
                Schedulers.parallel());
    }

    private static Statuses statuses(EnforcementSettings settings) {
        return new Statuses(settings.spentStatus());
    }
}
