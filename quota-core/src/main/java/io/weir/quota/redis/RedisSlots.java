package io.weir.quota.redis;

import io.lettuce.core.ScriptOutputType;
import io.weir.quota.concurrency.SharedSlotPools;
import io.weir.quota.concurrency.SlotStore;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Slots in Redis: for each subject and policy a hash of how many each node holds. A node counts
/// while its key lives, which each of its statements and beats prolongs.
final class RedisSlots implements SlotStore {

    static final String CHANNEL = "weir:slots";
    private static final String WANTED = "wanted ";
    private static final String RETURNED = "returned ";
    private static final Duration KEPT = Duration.ofMinutes(10);

    /// What is wanted and not granted is announced, and what comes back after that.
    private static final String STATE =
            """
            local others = 0
            local holders = redis.call('hgetall', KEYS[1])
            for i = 1, #holders, 2 do
              if holders[i] ~= ARGV[1] and holders[i] ~= 'wanted' then
                if redis.call('exists', 'weir:node:' .. holders[i]) == 1 then
                  others = others + tonumber(holders[i + 1])
                else
                  redis.call('hdel', KEYS[1], holders[i])
                end
              end
            end
            local taken, wants, limit = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
            local before = tonumber(redis.call('hget', KEYS[1], ARGV[1]) or '0')
            local granted = math.max(taken, math.min(wants, limit - others))
            if granted > 0 then
              redis.call('hset', KEYS[1], ARGV[1], granted)
            else
              redis.call('hdel', KEYS[1], ARGV[1])
            end
            if granted < wants then
              redis.call('hset', KEYS[1], 'wanted', 1)
              redis.call('publish', KEYS[3], 'wanted ' .. ARGV[7])
            elseif granted < before and redis.call('hdel', KEYS[1], 'wanted') == 1 then
              redis.call('publish', KEYS[3], 'returned ' .. ARGV[7])
            end
            redis.call('pexpire', KEYS[1], ARGV[6])
            local known = redis.call('exists', KEYS[2])
            redis.call('set', KEYS[2], 1, 'px', ARGV[5])
            return {granted, known}
            """;

    private final Link link;
    private final Breaker breaker;
    private final String node;
    private final Duration life;
    private volatile @Nullable SharedSlotPools pools;

    RedisSlots(Link link, Breaker breaker, String node, Duration life) {
        this.link = link;
        this.breaker = breaker;
        this.node = node;
        this.life = life;
    }

    void announceTo(SharedSlotPools shared) {
        pools = shared;
    }

    @Override
    public Mono<Long> state(Statement statement) {
        return carryOut(statement.subject() + ":" + statement.policy(), statement)
                .doOnNext(_ -> breaker.succeeded())
                .doOnError(breaker::failed);
    }

    /// The same without a word to the breaker, on any key.
    Mono<Long> carryOut(String pool, Statement statement) {
        byte[][] keys = {
            bytes("weir:slots:" + pool), bytes("weir:node:" + node), bytes(CHANNEL),
        };
        return Mono.fromCompletionStage(
                        () ->
                                link.commands()
                                        .<List<Long>>eval(
                                                STATE,
                                                ScriptOutputType.MULTI,
                                                keys,
                                                bytes(node),
                                                bytes(statement.taken()),
                                                bytes(statement.wants()),
                                                bytes(statement.limit()),
                                                bytes(life.toMillis()),
                                                bytes(KEPT.toMillis()),
                                                bytes(pool)))
                .map(this::granted);
    }

    /// If this node was taken for dead or Redis has lost everything, others may have its slots.
    private long granted(List<Long> reply) {
        if (reply.getLast() == 0) {
            restate();
        }
        return reply.getFirst();
    }

    void restate() {
        SharedSlotPools all = pools;
        if (all != null) {
            all.restate();
        }
    }

    @Override
    public boolean isAway(long nanoTime) {
        return breaker.isAway(nanoTime);
    }

    @Override
    public void overdue() {
        breaker.overdue();
    }

    void announced(String message) {
        SharedSlotPools all = pools;
        if (all == null) {
            return;
        }
        if (message.startsWith(WANTED)) {
            tell(message.substring(WANTED.length()), all::wanted);
        } else if (message.startsWith(RETURNED)) {
            tell(message.substring(RETURNED.length()), all::returned);
        }
    }

    private static void tell(String pool, BiConsumer<Subject, PolicyName> listener) {
        int colon = pool.indexOf(':');
        if (colon > 0) {
            Subject.parse(pool.substring(0, colon))
                    .ifPresent(
                            subject ->
                                    listener.accept(
                                            subject, new PolicyName(pool.substring(colon + 1))));
        }
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
