package io.weir.quota;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weir.quota", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("io.weir.quota.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theCoreKnowsNoSpring =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule theDomainKnowsNoDatabase =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..quota.postgres..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.r2dbc..", "java.sql..", "org.flywaydb..");

    @ArchTest
    static final ArchRule onlyBucketAndRedisKnowBucket4j =
            onlyIn("io.github.bucket4j..", "..quota.bucket..", "..quota.redis..");

    @ArchTest
    static final ArchRule onlyBucketAndAdmissionKnowCaffeine =
            onlyIn("com.github.benmanes.caffeine..", "..quota.bucket..", "..quota.admission..");

    @ArchTest
    static final ArchRule onlyRedisKnowsLettuce = onlyIn("io.lettuce..", "..quota.redis..");

    @ArchTest
    static final ArchRule nothingButTheApplicationsKnowsRedis =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..quota.redis..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..quota.redis..", "redis.embedded..");

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

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
