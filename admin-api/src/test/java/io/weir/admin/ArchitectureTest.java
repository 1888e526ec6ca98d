package io.weir.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weir.admin", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] DOMAINS = {
        "..admin.reseller..",
        "..admin.client..",
        "..admin.key..",
        "..admin.email..",
        "..admin.group..",
        "..admin.rule..",
        "..admin.forfeit..",
        "..admin.price..",
        "..admin.balance..",
        "..admin.payment..",
        "..admin.usage..",
        "..admin.why..",
        "..admin.alert..",
        "..admin.audit..",
        "..admin.transfer..",
        "..admin.provisioning.."
    };

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("io.weir.admin.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theGatewayIsNotKnownHere =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.weir.gateway..");

    /// They share what is below them: `access`, `allocation`, `binding`, `quota`, `database` and
    /// `wire`.
    @ArchTest
    static final ArchRule theDomainsDoNotKnowEachOther =
            slices().matching(
                            "io.weir.admin.(reseller|client|key|email|group|rule|forfeit|price|balance|payment|usage|why|alert|audit|transfer|provisioning)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule nobodyKnowsADomain =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(DOMAINS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(DOMAINS);

    /// What is nested in an interface is public by the language, and hidden with it.
    @ArchTest
    static final ArchRule theDomainsKeepToThemselves =
            classes()
                    .that()
                    .resideInAnyPackage(DOMAINS)
                    .and()
                    .areTopLevelClasses()
                    .should()
                    .notBePublic();

    @ArchTest
    static final ArchRule theWireKnowsNothingAbove =
            noClasses()
                    .that()
                    .resideInAPackage("..admin.wire..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..admin.access..",
                            "..admin.database..",
                            "..admin.idempotency..",
                            "..admin.allocation..",
                            "..admin.binding..",
                            "..admin.quota..",
                            "..admin.demo..");

    @ArchTest
    static final ArchRule nothingBlocks =
            noClasses()
                    .should()
                    .callMethodWhere(
                            new DescribedPredicate<JavaMethodCall>("a publisher is blocked on") {
                                @Override
                                public boolean test(JavaMethodCall call) {
                                    MethodCallTarget target = call.getTarget();
                                    return target.getOwner()
                                                    .getPackageName()
                                                    .equals("reactor.core.publisher")
                                            && target.getName().startsWith("block");
                                }
                            });
}
