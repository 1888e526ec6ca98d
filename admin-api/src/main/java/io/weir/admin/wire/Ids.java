package io.weir.admin.wire;

import com.github.f4b6a3.uuid.UuidCreator;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;

/// Ids as they stand in paths and answers.
public final class Ids {

    private Ids() {}

    /// A new one, later in order than those before it.
    public static UUID next() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    public static String text(SubjectKind kind, UUID id) {
        return new Subject(kind, id).toString();
    }

    /// @throws Problem 404 if it is no id of this kind: then there is nothing with it either
    public static UUID parse(SubjectKind kind, String text) {
        return Subject.parse(text)
                .filter(subject -> subject.kind() == kind)
                .map(Subject::id)
                .orElseThrow(Problem::notFound);
    }
}
