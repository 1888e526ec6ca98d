package io.weir.admin.transfer;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.weir.admin.allocation.Allocation;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Violation;
import io.weir.admin.wire.Violations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/// The rows of a file. A row is read as the JSON object it stands for, so that a file takes and
/// refuses what the API does.
final class Rows implements Iterator<Row> {

    static final List<String> HEADER = List.of("name", "email", "monthly_quota", "rate_limit");

    private static final Map<String, String> FIELDS = Map.of("email", "contact_email");
    private static final Map<String, String> COLUMNS = Map.of("contact_email", "email");
    private static final int RATE_LIMIT = HEADER.indexOf("rate_limit");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,40}");

    /// What a decoder puts where bytes are no UTF-8.
    private static final char UNDECODABLE = '\uFFFD';

    private final Iterator<CsvRecord> records;
    private final Map<String, Long> names = new HashMap<>();
    private long lastLine = 1;
    private boolean broken;
    private @Nullable Row upcoming;

    private Rows(Iterator<CsvRecord> records) {
        this.records = records;
    }

    /// Whether a file begins with the header.
    static boolean beginsRight(byte[] content) {
        try (var reader = reader(new ByteArrayInputStream(content))) {
            var records = reader.iterator();
            return records.hasNext() && records.next().getFields().equals(HEADER);
        } catch (CsvParseException malformed) {
            return false;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// All rows after the header, in order, anew for each subscriber.
    static Flux<Row> of(List<byte[]> chunks) {
        return Flux.using(
                () -> reader(stream(chunks)), reader -> Flux.fromIterable(() -> after(reader)));
    }

    private static Rows after(CsvReader<CsvRecord> reader) {
        var records = reader.iterator();
        records.next();
        return new Rows(records);
    }

    private static InputStream stream(List<byte[]> chunks) {
        return new SequenceInputStream(
                Collections.enumeration(
                        chunks.stream().<InputStream>map(ByteArrayInputStream::new).toList()));
    }

    private static CsvReader<CsvRecord> reader(InputStream content) {
        return CsvReader.builder()
                .detectBomHeader(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(content, StandardCharsets.UTF_8);
    }

    @Override
    public boolean hasNext() {
        if (upcoming == null && !broken) {
            upcoming = read();
        }
        return upcoming != null;
    }

    @Override
    public Row next() {
        if (!hasNext() || upcoming == null) {
            throw new NoSuchElementException();
        }
        Row row = upcoming;
        upcoming = null;
        return row;
    }

    private @Nullable Row read() {
        try {
            return records.hasNext() ? row(records.next()) : null;
        } catch (CsvParseException malformed) {
            broken = true;
            return new WrongRow(
                    new RowError(
                            lastLine + 1,
                            null,
                            null,
                            "A quote is not closed, or stands in the wrong place; nothing is read"
                                    + " from here on."));
        }
    }

    private Row row(CsvRecord record) {
        long line = record.getStartingLineNumber();
        lastLine = line;
        List<RowError> errors = new ArrayList<>();
        var violations = new Violations();
        var allocation = Allocation.read(Body.row(cells(record, errors), violations), null);
        for (Violation violation : violations.found()) {
            String column = column(violation.pointer());
            if (errors.stream().noneMatch(error -> column.equals(error.column()))) {
                errors.add(new RowError(line, column, value(record, column), violation.detail()));
            }
        }
        if (errors.isEmpty()) {
            Long before = names.putIfAbsent(allocation.name(), line);
            if (before == null) {
                return new RightRow(line, allocation);
            }
            errors.add(
                    new RowError(
                            line,
                            "name",
                            allocation.name(),
                            "This name also stands in line %d.".formatted(before)));
        }
        return new WrongRow(errors);
    }

    /// By the names of the fields; what is empty is absent.
    private static Map<String, Object> cells(CsvRecord record, List<RowError> errors) {
        Map<String, Object> cells = new HashMap<>();
        for (int i = 0; i < record.getFieldCount(); i++) {
            String cell = Formulas.restored(record.getField(i));
            if (i >= HEADER.size()) {
                errors.add(
                        new RowError(
                                record.getStartingLineNumber(),
                                null,
                                cell,
                                "There are %d cells, the header has %d."
                                        .formatted(record.getFieldCount(), HEADER.size())));
                break;
            }
            String column = HEADER.get(i);
            if (cell.indexOf(UNDECODABLE) >= 0) {
                errors.add(
                        new RowError(
                                record.getStartingLineNumber(),
                                column,
                                cell,
                                "This is not UTF-8."));
            }
            if (!cell.isEmpty()) {
                cells.put(FIELDS.getOrDefault(column, column), value(i, cell));
            }
        }
        if (record.getFieldCount() <= RATE_LIMIT) {
            errors.add(
                    new RowError(
                            record.getStartingLineNumber(),
                            HEADER.get(record.getFieldCount()),
                            null,
                            "The row ends before this."));
        }
        return cells;
    }

    private static Object value(int index, String cell) {
        return index > 1 && WHOLE_NUMBER.matcher(cell).matches() ? new BigInteger(cell) : cell;
    }

    private static String column(String pointer) {
        String field = pointer.substring(1);
        return COLUMNS.getOrDefault(field, field);
    }

    private static @Nullable String value(CsvRecord record, String column) {
        int index = HEADER.indexOf(column);
        return index < record.getFieldCount() ? record.getField(index) : null;
    }
}
