package io.weir.quota.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// The file of a node: a header with its identity, and slots.
///
/// One process uses it at a time. It grows in steps. One that can not be relied on is replaced by a
/// new one, and the node by another node: [JournalFile] says when and why.
public final class Journal implements AutoCloseable {

    private static final int MOST_STEPS = 256;

    /// Of the number of a report, what counts the reports since the last takeover.
    private static final int REPORT_BITS = 32;

    private final @Nullable JournalFile file;
    private final Header header;

    /// The one that was freed last is taken first: of a large file, few pages are in use then.
    private final Deque<Slot> free = new ConcurrentLinkedDeque<>();

    private final List<Slot> survivors = new ArrayList<>();
    private final List<Slot> inMemory = new ArrayList<>();

    private Journal(@Nullable JournalFile file, Header header) {
        this.file = file;
        this.header = header;
    }

    /// The journal of a gateway without a name.
    ///
    /// @throws IllegalStateException if another process uses the folder
    public static Journal open(Path folder) {
        return open(folder, "", InstantSource.system());
    }

    /// @param name of the gateway, by which its leases are found when its journal is lost; empty
    ///   for none
    /// @param clock tells when a journal was moved aside
    /// @throws IllegalStateException if another process uses the folder
    public static Journal open(Path folder, String name, InstantSource clock) {
        return open(folder, name, Boot.id(), clock);
    }

    static Journal open(Path folder, String name, @Nullable UUID boot, InstantSource clock) {
        if (name.getBytes(StandardCharsets.UTF_8).length > Header.LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "The name of a gateway has at most %d bytes: %s"
                            .formatted(Header.LONGEST_NAME, name));
        }
        try {
            JournalFile file = JournalFile.open(folder, name, boot, clock.instant());
            var journal = new Journal(file, file.header());
            file.slots().forEach(journal::found);
            return journal;
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not open the journal in " + folder, failed);
        }
    }

    /// One without a file, for simulations and for tests of other things.
    public static Journal inMemory() {
        return inMemory(UUID.randomUUID());
    }

    /// The same, of a known node.
    public static Journal inMemory(UUID node) {
        var journal = new Journal(null, Header.inMemory());
        journal.header.node(node);
        return journal;
    }

    /// What the next process finds of a journal in memory, after this one was killed.
    public Journal reopened() {
        if (file != null) {
            throw new IllegalStateException("A file is opened again by its folder");
        }
        var next = new Journal(null, header);
        next.inMemory.addAll(inMemory);
        next.inMemory.forEach(next::found);
        return next;
    }

    private void found(Slot slot) {
        if (slot.isTaken()) {
            survivors.add(slot);
        } else {
            free.addLast(slot);
        }
    }

    public UUID node() {
        return header.node();
    }

    /// Empty if the gateway has none.
    public String name() {
        return header.name();
    }

    /// The node that this one was, and which the store does not know to be replaced.
    public @Nullable UUID replaces() {
        return header.replaces();
    }

    /// The store takes no report of this node any more, so it becomes another one. Killed in the
    /// middle, it still knows whom it replaces.
    public void startAnew() {
        if (header.replaces() == null) {
            header.replaces(header.node());
        }
        header.node(UUID.randomUUID());
    }

    /// A process, or the next attempt of one, is about to take over from the one before it.
    ///
    /// @return a number larger than that of any report and of any takeover so far
    public synchronized long takeOver() {
        header.takeovers(header.takeovers() + 1);
        return header.takeovers() << REPORT_BITS;
    }

    /// The store knows this node, and whom it replaces.
    public void resumed() {
        header.replaces(null);
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
        Slot slot = free.pollFirst();
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
        free.addFirst(slot);
    }

    private synchronized Slot grow() {
        Slot slot = free.pollFirst();
        while (slot == null) {
            if (file == null) {
                slot = Slot.inMemory();
                inMemory.add(slot);
                return slot;
            }
            free.addAll(grown(file));
            slot = free.pollFirst();
        }
        return slot;
    }

    private static List<Slot> grown(JournalFile file) {
        if (file.header().steps() == MOST_STEPS) {
            throw new IllegalStateException("The journal is full: " + MOST_STEPS + " steps");
        }
        try {
            return file.grow();
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not grow the journal", failed);
        }
    }

    /// Waits until the disk has all of it. Another process may use the file from now on; this one
    /// must not.
    @Override
    public synchronized void close() {
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
