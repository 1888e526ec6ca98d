package io.weir.quota.journal;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// One thing that is counted: a value that may be open (set aside, not final), what is final, and
/// how much of it the store was told.
///
/// Layout, in bytes from the start: 0 state, 4 length of the label, 8 used, 16 open, 24 reported,
/// 32 reporting, 40 number of the report that says so, 48 checksum of the label, 56 number of the
/// report that says of what is open that it was used, 64 label in UTF-8.
///
/// What is written is in order for whoever finds it later: each store is a release.
public final class Slot {

    static final int SIZE = 512;

    /// To take a mapped stretch apart into slots, each aligned as its numbers need it.
    static final MemoryLayout LAYOUT = MemoryLayout.sequenceLayout(SIZE / 8, ValueLayout.JAVA_LONG);

    static final int LABEL_AT = 64;
    static final int LONGEST_LABEL = SIZE - LABEL_AT;

    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final long STATE = 0;
    private static final long LENGTH = 4;
    private static final long USED = 8;
    private static final long OPEN = 16;
    private static final long REPORTED = 24;
    private static final long REPORTING = 32;
    private static final long NUMBER = 40;
    private static final long CHECKSUM = 48;
    private static final long BOOKING = 56;

    /// Tells a checksum from none, which the first journals had.
    private static final long CHECKED = 1L << 32;

    /// The number of no report: once something was reported, and before.
    private static final long NONE = -1;

    private static final long NEVER = 0;

    private static final VarHandle LONGS = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INTS = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment bytes;

    Slot(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /// A slot that dies with the process.
    static Slot inMemory() {
        return new Slot(MemorySegment.ofArray(new long[SIZE / Long.BYTES]));
    }

    boolean isTaken() {
        return (int) INTS.getVolatile(bytes, STATE) == TAKEN;
    }

    /// The label is whole before the slot counts as taken.
    void take(byte[] label) {
        set(USED, 0);
        set(OPEN, 0);
        set(REPORTED, 0);
        set(REPORTING, 0);
        set(NUMBER, NEVER);
        set(BOOKING, NEVER);
        MemorySegment.copy(label, 0, bytes, ValueLayout.JAVA_BYTE, LABEL_AT, label.length);
        INTS.setRelease(bytes, LENGTH, label.length);
        set(CHECKSUM, checksum(label));
        INTS.setRelease(bytes, STATE, TAKEN);
    }

    void free() {
        INTS.setRelease(bytes, STATE, FREE);
    }

    public String label() {
        return new String(labelBytes(), StandardCharsets.UTF_8);
    }

    private byte[] labelBytes() {
        int length = Math.clamp((int) INTS.getVolatile(bytes, LENGTH), 0, LONGEST_LABEL);
        var label = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, LABEL_AT, label, 0, length);
        return label;
    }

    private static long checksum(byte[] label) {
        var sum = new CRC32C();
        sum.update(label);
        return CHECKED | sum.getValue();
    }

    /// Whether it can have been written by a journal.
    boolean isSound() {
        int state = (int) INTS.getVolatile(bytes, STATE);
        if (state != TAKEN) {
            return state == FREE;
        }
        long sum = get(CHECKSUM);
        return (sum == 0 || sum == checksum(labelBytes())) && used() >= 0 && reported() >= 0;
    }

    public long used() {
        return get(USED);
    }

    /// What is final, up to the largest `long`.
    public void addUsed(long units) {
        long now = used();
        while (!LONGS.compareAndSet(
                bytes, USED, now, now + Math.min(units, Long.MAX_VALUE - now))) {
            now = used();
        }
    }

    /// What is set aside and not final yet.
    public long open() {
        return get(OPEN);
    }

    public void addOpen(long units) {
        LONGS.getAndAdd(bytes, OPEN, units);
    }

    /// What the store has counted.
    public long reported() {
        return get(REPORTED);
    }

    /// What was used since; the report with this number is about to say so. Killed in the middle,
    /// the slot knows of no report, rather than of the last one with this one's figure.
    ///
    /// Never less than nothing: what was booked when the process stopped is not taken back when the
    /// request then ends with less.
    public long report(long number) {
        long now = Math.max(used(), reported());
        set(NUMBER, NONE);
        set(REPORTING, now);
        set(NUMBER, number);
        return now - reported();
    }

    /// What nobody will end, because the process that set it aside is gone; the report with this
    /// number is about to say that it was used.
    public long reportOpen(long number) {
        set(BOOKING, number);
        return Math.max(0, open());
    }

    /// The store has applied the report with this number.
    public void applied(long number) {
        if (get(NUMBER) == number) {
            set(REPORTED, get(REPORTING));
        }
        if (number != NEVER && get(BOOKING) == number) {
            set(OPEN, 0);
        }
    }

    /// The store takes no report of this node any more; the last it applied had this number.
    ///
    /// @return what was said in a report that was not applied
    public long refused(long lastApplied) {
        applied(lastApplied);
        long again = get(NUMBER) == NONE ? 0 : get(REPORTING) - reported();
        set(NUMBER, NONE);
        set(BOOKING, NEVER);
        return again;
    }

    /// Nobody will end what was set aside: it counts as used, up to the largest `long`.
    public long bookOpen() {
        long open = (long) LONGS.getAndSet(bytes, OPEN, 0L);
        long units = Math.min(open, Long.MAX_VALUE - Math.max(0, used()));
        addUsed(units);
        return units;
    }

    private void set(long at, long value) {
        LONGS.setRelease(bytes, at, value);
    }

    private long get(long at) {
        return (long) LONGS.getVolatile(bytes, at);
    }
}
