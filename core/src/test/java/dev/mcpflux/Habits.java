package dev.mcpflux;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.reactivestreams.Publisher;

/** Rules that every module has; the other modules take them from this module's test jar. */
public final class Habits {

    public static final ArchRule NOBODY_BLOCKS = noClasses()
            .should()
            .callMethodWhere(target(nameMatching("block|blockFirst|blockLast|blockOptional|toStream|toIterable"))
                    .and(target(owner(JavaClass.Predicates.assignableTo(Publisher.class)))))
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    private Habits() {}

    public static ArchRule onlySubscribesIn(String... owners) {
        return noClasses()
                .that(new DescribedPredicate<JavaClass>("own no lifecycle") {
                    @Override
                    public boolean test(JavaClass type) {
                        String outermost = type.getFullName().replaceAll("\\$.*", "");
                        return List.of(owners).stream().noneMatch(o -> outermost.endsWith("." + o));
                    }
                })
                .should()
                .callMethodWhere(target(nameMatching("subscribe"))
                        .and(target(owner(JavaClass.Predicates.assignableTo(Publisher.class)))));
    }
}
