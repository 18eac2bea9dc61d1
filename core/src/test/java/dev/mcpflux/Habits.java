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
import reactor.core.publisher.Sinks;

/** Rules that every module has; the other modules take them from this module's test jar. */
public final class Habits {

    public static final ArchRule NOBODY_BLOCKS = noClasses()
            .should()
            .callMethodWhere(target(nameMatching("block|blockFirst|blockLast|blockOptional|toStream|toIterable"))
                    .and(target(owner(JavaClass.Predicates.assignableTo(Publisher.class)))))
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    /** Who finds a sink busy queues up; who spins until it is free takes the core from the one who would free it. */
    public static final ArchRule NOBODY_SPINS = noClasses()
            .should()
            .callMethodWhere(target(nameMatching("busyLooping|onSpinWait|yield|emitNext|emitValue|emitEmpty"))
                    .and(target(owner(JavaClass.Predicates.belongToAnyOf(
                            Thread.class,
                            Sinks.Many.class,
                            Sinks.One.class,
                            Sinks.Empty.class,
                            Sinks.EmitFailureHandler.class)))));

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
