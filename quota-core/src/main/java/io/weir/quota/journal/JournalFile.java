package io.weir.quota.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that a journal is mapped from, locked, and whether what it says can be relied on.
///
/// The kernel keeps what was written to the mapping when a process is killed, but writes it to the
/// disk when it likes, page by page. So after a failure of power the file may be older than what
/// was forwarded, and no page of the same age as another. What was used since the last report can
/// then not be told from it: where `used` is old, units would be reported too few, where `reported`
/// is old, too many, and once more than the store has counted already. Such a file is known by the
/// boot of the machine that wrote it, unless it was closed, which waits for the disk.
///
/// A file that is not trusted is moved aside, and a new one replaces its node: what that node held
/// is forfeited, what it had used since its last report is part of that.
final class JournalFile {

    static final int STEP = 4 << 20;

    private static final Logger log = LoggerFactory.getLogger(JournalFile.class);
    private static final String REPLACED =
            "What this gateway held on lease is forfeited: it counts as reserved until an operator"
                    + " books or refunds it. Requests that it had not reported yet are missing from the"
                    + " usage";
    private static final String NOT_REPLACED =
            "Whose leases it tells of is not known, or not for this gateway to say: they stay as they"
                    + " are, unless they are those of a node of this gateway's name";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final FileChannel channel;
    private final Header header;
    private final List<MemorySegment> steps = new ArrayList<>();

    private JournalFile(FileChannel channel, Header header) {
        this.channel = channel;
        this.header = header;
    }

    /// @throws IllegalStateException if another process uses the folder
    static JournalFile open(Path folder, String name, @Nullable UUID boot, Instant now)
            throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path path = folder.resolve("journal");
        FileChannel channel = locked(path);
        if (channel.size() == 0) {
            return create(channel, name, boot, null);
        }
        JournalFile found = map(channel);
        String doubt = found.doubt(name, boot);
        if (doubt == null) {
            found.take(name, boot);
            return found;
        }
        UUID replaces = found.heldBy(name);
        Path aside = aside(path, now);
        log.error(
                "The journal {} can not be relied on: {}. It is kept as {}. {}",
                path,
                doubt,
                aside.getFileName(),
                replaces == null ? NOT_REPLACED : REPLACED);
        JournalFile fresh = create(locked(path), name, boot, replaces);
        channel.close();
        return fresh;
    }

    private static Path aside(Path path, Instant now) throws IOException {
        String name = "journal.untrusted-" + TIME.format(now);
        Path aside = path.resolveSibling(name);
        for (int i = 2; Files.exists(aside); i++) {
            aside = path.resolveSibling(name + "-" + i);
        }
        return Files.move(path, aside);
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException sameProcess) {
            channel.close();
            throw new IllegalStateException("This process already uses " + path, sameProcess);
        }
        channel.close();
        throw new IllegalStateException("Another gateway uses the journal " + path);
    }

    private static JournalFile create(
            FileChannel channel, String name, @Nullable UUID boot, @Nullable UUID replaces)
            throws IOException {
        channel.write(ByteBuffer.allocate(Header.SIZE), 0);
        var created = new JournalFile(channel, header(channel));
        created.header.node(UUID.randomUUID());
        created.header.replaces(replaces);
        created.take(name, boot);
        created.header.markAsJournal();
        return created;
    }

    private static JournalFile map(FileChannel channel) throws IOException {
        if (channel.size() < Header.SIZE) {
            return new JournalFile(channel, Header.inMemory());
        }
        var found = new JournalFile(channel, header(channel));
        long written = found.header.isOfAJournal() ? found.written() : 0;
        while (found.steps.size() < written) {
            found.mapStep();
        }
        return found;
    }

    private static Header header(FileChannel channel) throws IOException {
        return new Header(channel.map(MapMode.READ_WRITE, 0, Header.SIZE, Arena.ofAuto()));
    }

    Header header() {
        return header;
    }

    List<Slot> slots() {
        return steps.stream().flatMap(JournalFile::slots).toList();
    }

    private static Stream<Slot> slots(MemorySegment step) {
        return step.elements(Slot.LAYOUT).map(Slot::new);
    }

    /// How many steps there are; one that was not written to its end was never used.
    private long written() throws IOException {
        return (channel.size() - Header.SIZE) / STEP;
    }

    private long end() {
        return Header.SIZE + (long) steps.size() * STEP;
    }

    private MemorySegment mapStep() throws IOException {
        MemorySegment step = channel.map(MapMode.READ_WRITE, end(), STEP, Arena.ofAuto());
        steps.add(step);
        return step;
    }

    /// One more step, written with system calls, so that a full disk is noticed here and not by a
    /// store to memory.
    List<Slot> grow() throws IOException {
        channel.write(ByteBuffer.allocate(STEP), end());
        MemorySegment added = mapStep();
        header.steps(steps.size());
        return slots(added).toList();
    }

    /// Waits until the disk has all of it, and says so.
    void close() throws IOException {
        steps.forEach(MemorySegment::force);
        header.force();
        header.clean(true);
        header.force();
        channel.close();
    }

    /// Why not to rely on it, or nothing.
    private @Nullable String doubt(String name, @Nullable UUID boot) throws IOException {
        if (!header.isOfAJournal()) {
            return "it is not a journal of this version";
        }
        if (!isOf(name)) {
            return "it belongs to the gateway '" + header.name() + "'";
        }
        if (steps.size() < header.steps()) {
            return "a part of it is missing";
        }
        if (!slots().stream().allMatch(Slot::isSound)) {
            return "it is damaged";
        }
        UUID written = header.boot();
        boolean sameBoot = written == null || boot == null || written.equals(boot);
        return sameBoot || header.isClean()
                ? null
                : "the machine was restarted while it was in use, so it may be older than what was"
                        + " forwarded";
    }

    private boolean isOf(String name) {
        return name.isEmpty() || header.name().isEmpty() || header.name().equals(name);
    }

    /// The node under which the store knows the gateway of this file, if it is the one of that
    /// name.
    private @Nullable UUID heldBy(String name) {
        if (!header.isOfAJournal() || !isOf(name)) {
            return null;
        }
        return header.replaces() == null ? header.node() : header.replaces();
    }

    /// From now on it is in use, which the disk must know before it is.
    private void take(String name, @Nullable UUID boot) {
        header.name(name);
        header.boot(boot);
        header.clean(false);
        header.steps(steps.size());
        header.force();
    }
}
