package io.weir.quota.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The file of a node: a header with its identity, and slots.
///
/// One process uses it at a time. It grows in steps, and only then is written with system calls, so
/// that a full disk is noticed there and not by a store to memory.
public final class Journal implements AutoCloseable {

    private static final long MAGIC = 0x31_4C_4E_52_4A_52_45_57L; // "WERJRNL1"
    private static final int HEADER = 4_096;
    private static final int STEP = 4 << 20;
    private static final int MOST_STEPS = 256;

    private final @Nullable FileChannel file;
    private final MemorySegment header;
    private final Queue<Slot> free = new ConcurrentLinkedQueue<>();
    private final List<Slot> survivors = new ArrayList<>();
    private final List<Slot> inMemory = new ArrayList<>();
    private int steps;

    private Journal(@Nullable FileChannel file, MemorySegment header) {
        this.file = file;
        this.header = header;
    }

    /// @throws IllegalStateException if another process uses the folder, or the file is not a
    ///   journal
    public static Journal open(Path folder) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            FileChannel file =
                    FileChannel.open(
                            folder.resolve("journal"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            lock(file, folder);
            return read(file, folder);
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not open the journal in " + folder, failed);
        }
    }

    /// One without a file, for simulations and for tests of other things.
    public static Journal inMemory() {
        var journal = new Journal(null, MemorySegment.ofArray(new long[HEADER / Long.BYTES]));
        journal.node(UUID.randomUUID());
        return journal;
    }

    /// What the next process finds of a journal in memory, after this one was killed.
    public Journal reopened() {
        if (file != null) {
            throw new IllegalStateException("A file is opened again by its folder");
        }
        var next = new Journal(null, header);
        next.inMemory.addAll(inMemory);
        next.inMemory.forEach(next::adopt);
        return next;
    }

    private static void lock(FileChannel file, Path folder) throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException sameProcess) {
            throw new IllegalStateException("This process already uses " + folder, sameProcess);
        }
        throw new IllegalStateException("Another gateway uses the journal in " + folder);
    }

    private static Journal read(FileChannel file, Path folder) throws IOException {
        boolean fresh = file.size() == 0;
        if (fresh) {
            file.write(ByteBuffer.allocate(HEADER), 0);
        }
        var journal = new Journal(file, file.map(MapMode.READ_WRITE, 0, HEADER, Arena.ofAuto()));
        if (fresh) {
            journal.node(UUID.randomUUID());
            journal.header.set(ValueLayout.JAVA_LONG, 0, MAGIC);
        } else if (journal.header.get(ValueLayout.JAVA_LONG, 0) != MAGIC) {
            throw new IllegalStateException("Not a journal of this version: " + folder);
        }
        long kept = (file.size() - HEADER) / STEP;
        while (journal.steps < kept) {
            journal.mapStep();
        }
        return journal;
    }

    public UUID node() {
        return new UUID(
                header.get(ValueLayout.JAVA_LONG, 8), header.get(ValueLayout.JAVA_LONG, 16));
    }

    /// A node that starts anew is another one to the store.
    public void node(UUID id) {
        header.set(ValueLayout.JAVA_LONG, 8, id.getMostSignificantBits());
        header.set(ValueLayout.JAVA_LONG, 16, id.getLeastSignificantBits());
    }

    /// The slots that a former process left.
    public List<Slot> survivors() {
        return List.copyOf(survivors);
    }

    /// @param label what the slot counts, for whoever finds it later
    public Slot take(String label) {
        byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Slot.LONGEST_LABEL) {
            throw new IllegalArgumentException(
                    "A label has at most %d bytes: %s".formatted(Slot.LONGEST_LABEL, label));
        }
        Slot slot = free.poll();
        if (slot == null) {
            slot = grow();
        }
        slot.take(bytes);
        return slot;
    }

    /// What a former process left is settled.
    public void released(List<Slot> settled) {
        survivors.clear();
        settled.forEach(this::free);
    }

    public void free(Slot slot) {
        slot.free();
        free.add(slot);
    }

    private synchronized Slot grow() {
        Slot slot = free.poll();
        while (slot == null) {
            if (file == null) {
                slot = Slot.inMemory();
                inMemory.add(slot);
                return slot;
            }
            addStep(file);
            slot = free.poll();
        }
        return slot;
    }

    private void addStep(FileChannel file) {
        if (steps == MOST_STEPS) {
            throw new IllegalStateException("The journal is full: " + steps + " steps");
        }
        try {
            file.write(ByteBuffer.allocate(STEP), HEADER + (long) steps * STEP);
            mapStep();
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not grow the journal", failed);
        }
    }

    private void mapStep() throws IOException {
        MemorySegment step =
                Objects.requireNonNull(file)
                        .map(
                                MapMode.READ_WRITE,
                                HEADER + (long) steps * STEP,
                                STEP,
                                Arena.ofAuto());
        steps++;
        for (long at = 0; at < STEP; at += Slot.SIZE) {
            adopt(new Slot(step.asSlice(at, Slot.SIZE)));
        }
    }

    private void adopt(Slot slot) {
        if (slot.isTaken()) {
            survivors.add(slot);
        } else {
            free.add(slot);
        }
    }

    /// Another process may use the file from now on; this one must not.
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not close the journal", failed);
        }
    }
}
