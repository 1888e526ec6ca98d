package io.weir.quota.postgres;

import io.weir.quota.ledger.Ratio;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// What the ledger is to hold, in a few lines: each operation is taken or refused, and what a
/// reseller has follows from what it paid in and what its keys have. A key that is gone has sold
/// what was spent of it, and what gateways still hold or lost.
final class LedgerModel {

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /// What a reseller paid in, and what came of keys of which nothing is left to come.
    private static final class Funds {
        long paidIn;
        long retired;
    }

    private static final class Sold {
        final UUID reseller;
        final Ratio ratio;
        long price;
        long spent;
        boolean gone;
        final Map<UUID, Long> held = new HashMap<>();
        final Map<UUID, Long> lost = new HashMap<>();

        Sold(UUID reseller, Ratio ratio) {
            this.reseller = reseller;
            this.ratio = ratio;
            this.price = ratio.price();
        }

        long out() {
            return sum(held) + sum(lost);
        }

        long sold() {
            return gone ? spent + out() : price;
        }

        boolean isOver() {
            return gone && held.isEmpty() && lost.isEmpty();
        }
    }

    private final Map<UUID, Funds> resellers = new HashMap<>();
    private final Map<UUID, Sold> keys = new HashMap<>();

    void add(UUID reseller) {
        resellers.put(reseller, new Funds());
    }

    boolean payIn(UUID reseller, long amount) {
        Funds funds = Objects.requireNonNull(resellers.get(reseller));
        boolean taken = amount > 0 && amount <= Long.MAX_VALUE - funds.paidIn;
        funds.paidIn += taken ? amount : 0;
        return taken;
    }

    boolean open(UUID reseller, UUID key, long price, long cost) {
        boolean taken = cost > 0 && cost <= price && cost <= balance(reseller);
        if (taken) {
            keys.put(key, new Sold(reseller, new Ratio(price, cost)));
        }
        return taken;
    }

    boolean topUp(UUID key, long amount) {
        Sold sold = keys.get(key);
        if (sold == null || sold.gone || amount <= 0 || amount > Long.MAX_VALUE - sold.price) {
            return false;
        }
        boolean taken = sold.ratio.costBetween(sold.price, amount) <= balance(sold.reseller);
        sold.price += taken ? amount : 0;
        return taken;
    }

    /// Whether anything of a key is left, or still to come.
    boolean has(UUID key) {
        return keys.containsKey(key);
    }

    /// What of a key is neither spent nor held.
    long available(UUID key) {
        Sold sold = keys.get(key);
        return sold == null || sold.gone ? 0 : sold.price - sold.spent - sold.out();
    }

    boolean hold(UUID node, UUID key, long amount) {
        boolean taken = amount > 0 && amount <= available(key);
        if (taken) {
            Objects.requireNonNull(keys.get(key)).held.merge(node, amount, Long::sum);
        }
        return taken;
    }

    long held(UUID node, UUID key) {
        Sold sold = keys.get(key);
        return sold == null ? 0 : sold.held.getOrDefault(node, 0L);
    }

    boolean settle(UUID node, UUID key, long used, long returned) {
        Sold sold = keys.get(key);
        long left = held(node, key) - used - returned;
        if (sold == null || used < 0 || returned < 0 || left < 0) {
            return false;
        }
        sold.spent += used;
        put(sold.held, node, left);
        retire(key, sold);
        return true;
    }

    /// The keys of which it held some; refused if a reseller's suspense can't hold all of it.
    Optional<List<UUID>> lose(UUID node) {
        Map<UUID, BigInteger> suspense = new HashMap<>();
        List<UUID> lost = new ArrayList<>();
        keys.forEach(
                (key, sold) -> {
                    Long held = sold.held.get(node);
                    if (held != null) {
                        lost.add(key);
                        suspense.computeIfAbsent(
                                sold.reseller, of -> BigInteger.valueOf(suspense(of)));
                        suspense.merge(sold.reseller, BigInteger.valueOf(held), BigInteger::add);
                    }
                });
        if (suspense.values().stream().anyMatch(sum -> sum.compareTo(MOST) > 0)) {
            return Optional.empty();
        }
        for (UUID key : lost) {
            Sold sold = Objects.requireNonNull(keys.get(key));
            sold.lost.put(node, Objects.requireNonNull(sold.held.remove(node)));
        }
        return Optional.of(lost);
    }

    boolean decide(UUID node, UUID key, boolean booked) {
        Sold sold = keys.get(key);
        Long lost = sold == null ? null : sold.lost.remove(node);
        if (sold == null || lost == null) {
            return false;
        }
        sold.spent += booked ? lost : 0;
        retire(key, sold);
        return true;
    }

    void delete(UUID key) {
        Sold sold = keys.get(key);
        if (sold != null) {
            sold.gone = true;
            retire(key, sold);
        }
    }

    /// All that is not nothing, once everything that was spent is booked.
    List<String> balances() {
        List<String> lines = new ArrayList<>();
        resellers.forEach(
                (id, funds) -> {
                    lines.add("%s cash %d".formatted(id, -funds.paidIn));
                    lines.add("%s balance %d".formatted(id, balance(id)));
                    lines.add("%s revenue %d".formatted(id, funds.retired + consumed(id)));
                    lines.add("%s suspense %d".formatted(id, suspense(id)));
                });
        keys.forEach(
                (id, sold) -> {
                    long consumed = sold.ratio.costOf(sold.spent);
                    long left = sold.sold() - sold.spent - sum(sold.lost);
                    lines.add("%s sold %d".formatted(id, -sold.sold()));
                    lines.add("%s budget %d".formatted(id, left));
                    lines.add("%s held %d".formatted(id, sum(sold.held)));
                    lines.add(
                            "%s reserve %d"
                                    .formatted(id, sold.ratio.costOf(sold.sold()) - consumed));
                    lines.add("%s consumed %d".formatted(id, consumed));
                    lines.add("%s margin %d".formatted(id, sold.spent - consumed));
                });
        lines.removeIf(line -> line.endsWith(" 0"));
        return lines.stream().sorted().toList();
    }

    private long balance(UUID reseller) {
        Funds funds = Objects.requireNonNull(resellers.get(reseller));
        return keys.values().stream()
                .filter(sold -> sold.reseller.equals(reseller))
                .mapToLong(sold -> -sold.ratio.costOf(sold.sold()))
                .reduce(funds.paidIn - funds.retired, Math::addExact);
    }

    private long consumed(UUID reseller) {
        return keys.values().stream()
                .filter(sold -> sold.reseller.equals(reseller))
                .mapToLong(sold -> sold.ratio.costOf(sold.spent))
                .sum();
    }

    private long suspense(UUID reseller) {
        return keys.values().stream()
                .filter(sold -> sold.reseller.equals(reseller))
                .mapToLong(sold -> sum(sold.lost))
                .sum();
    }

    private void retire(UUID key, Sold sold) {
        if (sold.isOver()) {
            keys.remove(key);
            Objects.requireNonNull(resellers.get(sold.reseller)).retired +=
                    sold.ratio.costOf(sold.spent);
        }
    }

    private static void put(Map<UUID, Long> held, UUID node, long left) {
        if (left == 0) {
            held.remove(node);
        } else {
            held.put(node, left);
        }
    }

    private static long sum(Map<UUID, Long> amounts) {
        return amounts.values().stream().mapToLong(Long::longValue).sum();
    }
}
