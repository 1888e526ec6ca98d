package io.weir.quota.journal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The first page of a journal: whose it is, and what speaks for it.
///
/// Layout, in bytes from the start: 0 magic, 8 node, 24 boot of the machine, 40 whether it was
/// closed cleanly, 48 node that this one replaces, 64 number of steps, 72 length of the gateway's
/// name, 80 the name in UTF-8, 184 how often a process took over. What is absent is zero.
final class Header {

    static final int SIZE = 4_096;
    static final int LONGEST_NAME = 100;

    private static final long MAGIC = 0x31_4C_4E_52_4A_52_45_57L; // "WERJRNL1"
    private static final long NODE = 8;
    private static final long BOOT = 24;
    private static final long CLEAN = 40;
    private static final long REPLACES = 48;
    private static final long STEPS = 64;
    private static final long LENGTH = 72;
    private static final long NAME = 80;
    private static final long TAKEOVERS = 184;
    private static final UUID NOBODY = new UUID(0, 0);

    private final MemorySegment bytes;

    Header(MemorySegment bytes) {
        this.bytes = bytes;
    }

    static Header inMemory() {
        return new Header(MemorySegment.ofArray(new long[SIZE / Long.BYTES]));
    }

    boolean isOfAJournal() {
        return bytes.get(ValueLayout.JAVA_LONG, 0) == MAGIC && !node().equals(NOBODY);
    }

    /// Written last, so that what has it is whole.
    void markAsJournal() {
        bytes.set(ValueLayout.JAVA_LONG, 0, MAGIC);
    }

    UUID node() {
        return id(NODE);
    }

    void node(UUID node) {
        id(NODE, node);
    }

    @Nullable UUID replaces() {
        UUID replaced = id(REPLACES);
        return replaced.equals(NOBODY) ? null : replaced;
    }

    void replaces(@Nullable UUID replaced) {
        id(REPLACES, replaced == null ? NOBODY : replaced);
    }

    @Nullable UUID boot() {
        UUID boot = id(BOOT);
        return boot.equals(NOBODY) ? null : boot;
    }

    void boot(@Nullable UUID boot) {
        id(BOOT, boot == null ? NOBODY : boot);
    }

    boolean isClean() {
        return bytes.get(ValueLayout.JAVA_LONG, CLEAN) == 1;
    }

    void clean(boolean clean) {
        bytes.set(ValueLayout.JAVA_LONG, CLEAN, clean ? 1 : 0);
    }

    long steps() {
        return bytes.get(ValueLayout.JAVA_LONG, STEPS);
    }

    void steps(long steps) {
        bytes.set(ValueLayout.JAVA_LONG, STEPS, steps);
    }

    /// Empty if the gateway has none.
    String name() {
        int length = Math.clamp(bytes.get(ValueLayout.JAVA_LONG, LENGTH), 0, LONGEST_NAME);
        return new String(
                bytes.asSlice(NAME, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    void name(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, LONGEST_NAME);
        MemorySegment.copy(padded, 0, bytes, ValueLayout.JAVA_BYTE, NAME, LONGEST_NAME);
        bytes.set(ValueLayout.JAVA_LONG, LENGTH, text.length);
    }

    long takeovers() {
        return bytes.get(ValueLayout.JAVA_LONG, TAKEOVERS);
    }

    void takeovers(long count) {
        bytes.set(ValueLayout.JAVA_LONG, TAKEOVERS, count);
    }

    /// Waits until the disk has it.
    void force() {
        if (bytes.isMapped()) {
            bytes.force();
        }
    }

    private UUID id(long at) {
        return new UUID(
                bytes.get(ValueLayout.JAVA_LONG, at),
                bytes.get(ValueLayout.JAVA_LONG, at + Long.BYTES));
    }

    private void id(long at, UUID id) {
        bytes.set(ValueLayout.JAVA_LONG, at, id.getMostSignificantBits());
        bytes.set(ValueLayout.JAVA_LONG, at + Long.BYTES, id.getLeastSignificantBits());
    }
}
