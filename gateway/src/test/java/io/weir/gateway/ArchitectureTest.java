package io.weir.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weir.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("io.weir.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theGatewayDoesNotKnowTheAdminApi =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.weir.admin..");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsTheDatabase =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.gateway.(*)..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.weir.quota.postgres..", "io.r2dbc..");

    @ArchTest
    static final ArchRule nothingBlocks =
            noClasses()
                    .should()
                    .callMethodWhere(
                            new DescribedPredicate<JavaMethodCall>("a publisher is blocked on") {
                                @Override
                                public boolean test(JavaMethodCall call) {
                                    return call.getTargetOwner()
                                                    .getPackageName()
                                                    .equals("reactor.core.publisher")
                                            && call.getName().startsWith("block");
                                }
                            });
}
