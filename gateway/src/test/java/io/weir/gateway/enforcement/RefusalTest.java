package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {

    private static final String[] NOT_FOR_CLIENTS = {"cost", "margin", "profit", "markup"};

    @ParameterizedTest
    @EnumSource
    void noKindSpeaksOfWhatAResellerPaysOrEarns(Kind kind) {
        assertThat(kind.type() + kind.title()).doesNotContainIgnoringCase(NOT_FOR_CLIENTS);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyWhoMayNotCallIsToldOfIt(Bar bar) {
        for (SubjectKind kind : SubjectKind.values()) {
            var subject = new Subject(kind, UUID.randomUUID());
            assertThat(Refusal.barred(new Barred(subject, bar)).detail())
                    .doesNotContainIgnoringCase(NOT_FOR_CLIENTS);
        }
    }
}
