package io.weir.gateway;

import io.weir.gateway.identity.Announced;
import io.weir.gateway.identity.Directory;
import io.weir.gateway.metering.PriceList;
import io.weir.gateway.provisioning.Endings;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.Subjects;
import io.weir.quota.bucket.Rates;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.decision.Decisions;
import io.weir.quota.journal.Journal;
import io.weir.quota.lease.Leases;
import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.Postgres;
import io.weir.quota.provisioning.PlaceStore;
import io.weir.quota.redis.Redis;
import io.weir.quota.subject.Pepper;
import io.weir.quota.usage.Rollups;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// The engine of `quota-core`, wired to PostgreSQL and the clock.
@Configuration(proxyBeanMethods = false)
class QuotaEngine {

    /// A report that takes longer counts as lost, and is repeated.
    private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /// Closed by the [EngineLifecycle]; Spring would wait for it without an end.
    @Bean(destroyMethod = "")
    Postgres postgres(StoreSettings settings) {
        return Postgres.open(
                DatabaseUrl.parse(settings.databaseUrl()), "weir-gateway", settings.connections());
    }

    @Bean
    Subjects subjects(Postgres postgres) {
        return postgres.subjects();
    }

    @Bean
    Journal journal(StoreSettings settings, InstantSource clock) {
        return Journal.open(Path.of(settings.journalDir()), settings.nodeName(), clock);
    }

    @Bean
    Rollups rollups(Journal journal) {
        return new Rollups(journal);
    }

    /// Closed by the [EngineLifecycle]; Spring would wait for it without an end.
    @Bean(destroyMethod = "")
    Leases leases(
            Postgres postgres,
            Journal journal,
            Rollups rollups,
            InstantSource clock,
            StoreSettings settings) {
        return new Leases(
                postgres.leases(),
                journal,
                rollups,
                System::nanoTime,
                clock,
                ANSWER_TIME,
                settings.leaseLife(),
                Schedulers.parallel());
    }

    @Bean
    Admission admission(
            Rates rates,
            SlotPools slots,
            Leases leases,
            InstantSource clock,
            StoreSettings settings) {
        return new Admission(
                rates,
                slots,
                leases,
                clock,
                settings.storeBudget(),
                settings.reservationLife(),
                Schedulers.parallel());
    }

    @Bean
    Decisions decisions(Postgres postgres) {
        return new Decisions(postgres.decisions(), ANSWER_TIME, Schedulers.parallel());
    }

    @Bean
    Directory directory(Subjects subjects, Admission admission, StoreSettings settings) {
        return new Directory(
                subjects,
                admission,
                settings.peppers().stream().map(Pepper::of).toList(),
                settings.storeBudget());
    }

    @Bean
    PriceList priceList(Postgres postgres) {
        return new PriceList(postgres.prices());
    }

    @Bean
    PlaceStore placeStore(Postgres postgres) {
        return postgres.places();
    }

    @Bean
    Announced announced(Subjects subjects, Directory directory, PriceList prices, Leases leases) {
        return new Announced(subjects, directory, prices.catchUp(), leases);
    }

    @Bean
    EngineLifecycle engineLifecycle(
            Postgres postgres,
            Leases leases,
            Admission admission,
            Decisions decisions,
            Announced announced,
            Endings endings,
            Optional<Redis> redis,
            StoreSettings settings) {
        return new EngineLifecycle(
                leases,
                admission,
                decisions,
                announced,
                settings.reportInterval(),
                endings.close()
                        .then(redis.map(Redis::close).orElse(Mono.empty()))
                        .then(postgres.close()));
    }
}
