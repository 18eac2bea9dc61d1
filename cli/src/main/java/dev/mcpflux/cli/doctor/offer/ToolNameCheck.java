package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether providers of models take the names and descriptions of tools. */
public final class ToolNameCheck implements Check<Offer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.TOOL_NAME_REFUSED, Rule.TOOL_NAME_TOO_LONG, Rule.DESCRIPTION_TOO_LONG);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        return Flux.fromIterable(offer.tools())
                .concatMap(tool -> Flux.concat(characters(tool), length(tool), text(tool)));
    }

    private static Flux<Finding> characters(NamedTool tool) {
        return isPlain(tool.bare())
                ? Flux.empty()
                : Flux.just(finding(
                                Rule.TOOL_NAME_REFUSED,
                                tool,
                                "Its name has characters besides letters, digits, '_' and '-' of ASCII, which "
                                        + ToolLimits.namesWithPattern() + " refuse; this host offers it as "
                                        + tool.modelName() + ".")
                        .fix("For other clients, rename it under \"tools\": {\"rename\": …}."));
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '-');
    }

    private static Flux<Finding> length(NamedTool tool) {
        int length = tool.qualified().length();
        String refusing = ToolLimits.namesRefusing(length);
        return refusing.isEmpty()
                ? Flux.empty()
                : Flux.just(finding(
                                Rule.TOOL_NAME_TOO_LONG,
                                tool,
                                "With the name of its server it has " + length + " characters, which is too long for "
                                        + refusing + "; this host offers it as " + tool.modelName() + ".")
                        .fix("Give the server a shorter name, or rename the tool under \"tools\": {\"rename\": …}."));
    }

    private static Flux<Finding> text(NamedTool tool) {
        String description = tool.tool().description();
        int length = description == null ? 0 : description.length();
        String refusing = ToolLimits.descriptionsRefusing(length);
        return refusing.isEmpty()
                ? Flux.empty()
                : Flux.just(finding(
                                Rule.DESCRIPTION_TOO_LONG,
                                tool,
                                "Its description has " + length + " characters, which is too long for some models of "
                                        + refusing + ".")
                        .fix("Tell whoever maintains the server, or leave the tool out for such models."));
    }

    private static Finding finding(Rule rule, NamedTool tool, String words) {
        return Finding.of(rule, tool.server(), words).at(tool.place());
    }
}
