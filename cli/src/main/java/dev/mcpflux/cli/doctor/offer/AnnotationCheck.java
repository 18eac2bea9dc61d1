package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.protocol.ToolAnnotations;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether what a tool says about itself can be true. */
public final class AnnotationCheck implements Check<Offer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.ANNOTATIONS_CONTRADICT);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        return Flux.fromIterable(offer.tools())
                .filter(AnnotationCheck::contradicts)
                .map(tool -> Finding.of(
                                Rule.ANNOTATIONS_CONTRADICT,
                                tool.server(),
                                "It says that it changes nothing and that it may destroy something.")
                        .at(tool.place())
                        .fix("Let its calls be approved: \"policy\": {\"tools\": {\""
                                + tool.tool().name() + "\": \"ask\"}}."));
    }

    private static boolean contradicts(NamedTool tool) {
        ToolAnnotations annotations = tool.tool().annotations();
        return annotations != null
                && Boolean.TRUE.equals(annotations.readOnlyHint())
                && Boolean.TRUE.equals(annotations.destructiveHint());
    }
}
