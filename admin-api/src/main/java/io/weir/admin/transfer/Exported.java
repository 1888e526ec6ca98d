package io.weir.admin.transfer;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.weir.admin.allocation.Allocation;
import io.weir.admin.quota.Amount;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A client as a file has it.
record Exported(UUID id, Allocation allocation, String status, Counted counted, Instant createdAt) {

    private static final String[] HEADER = {
        "name", "email", "monthly_quota", "rate_limit", "status", "used", "remaining", "created_at"
    };

    static byte[] header() {
        return lines(writer -> writer.writeRecord(HEADER));
    }

    /// The lines of some clients.
    static byte[] lines(List<Exported> clients, Map<Counted, Quota> quotas) {
        return lines(
                writer ->
                        clients.forEach(
                                one ->
                                        writer.writeRecord(
                                                one.cells(
                                                        Objects.requireNonNull(
                                                                quotas.get(one.counted()))))));
    }

    private static byte[] lines(java.util.function.Consumer<CsvWriter> content) {
        var text = new StringWriter();
        try (var writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            content.accept(writer);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String[] cells(Quota quota) {
        return new String[] {
            Formulas.neutralised(allocation.name()),
            Formulas.neutralised(allocation.contactEmail()),
            Long.toString(allocation.monthlyQuota()),
            number(allocation.rateLimit()),
            status,
            Long.toString(quota.used().value()),
            amount(quota.remaining()),
            createdAt.toString()
        };
    }

    private static String amount(@Nullable Amount amount) {
        return amount == null ? "" : Long.toString(amount.value());
    }

    private static String number(@Nullable Long number) {
        return number == null ? "" : number.toString();
    }
}
