package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.validation.SchemaValidator;
import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whether the schemas of tools can be used, here and by providers of models. */
public final class SchemaCheck implements Check<Offer> {

    private static final List<String> ROOT_KEYWORDS = Stream.of(ToolLimits.values())
            .flatMap(limits -> limits.rootKeywords().stream())
            .distinct()
            .toList();

    private final SchemaValidator validator;

    public SchemaCheck(SchemaValidator validator) {
        this.validator = validator;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.SCHEMA_NOT_OBJECT, Rule.SCHEMA_UNSUPPORTED, Rule.SCHEMA_UNUSABLE);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        return Flux.fromIterable(offer.tools())
                .concatMap(tool -> Flux.concat(
                        shape(tool),
                        usable(tool, "inputSchema", tool.tool().inputSchema()),
                        usable(tool, "outputSchema", tool.tool().outputSchema())));
    }

    private static Flux<Finding> shape(NamedTool tool) {
        JsonNode schema = tool.tool().inputSchema();
        if (schema == null || !schema.isObject()) {
            return Flux.just(notObject(tool, "Its input schema is missing or no object."));
        }
        JsonNode type = schema.path("type");
        Flux<Finding> wrong = type.isString() && type.asString().equals("object")
                ? Flux.empty()
                : Flux.just(notObject(
                        tool,
                        type.isMissingNode()
                                ? "Its input schema has no \"type\": \"object\"."
                                : "The type of its input schema is not \"object\"."));
        return wrong.concatWith(
                Flux.fromIterable(ROOT_KEYWORDS)
                        .filter(schema::has)
                        .map(
                                keyword -> Finding.of(
                                                Rule.SCHEMA_UNSUPPORTED,
                                                tool.server(),
                                                "Its input schema has \"" + keyword + "\" at its root, which "
                                                        + ToolLimits.keywordsRefusing(keyword) + " refuse.")
                                        .at(tool.place())
                                        .fix(
                                                "Tell whoever maintains the server, or leave the tool out by \"tools\": {\"exclude\": …}.")));
    }

    private static Finding notObject(NamedTool tool, String words) {
        return Finding.of(Rule.SCHEMA_NOT_OBJECT, tool.server(), words)
                .at(tool.place())
                .fix("Tell whoever maintains the server: the specification wants an object.");
    }

    private Mono<Finding> usable(NamedTool tool, String which, @Nullable JsonNode schema) {
        return schema == null
                ? Mono.empty()
                : validator
                        .validate(schema, JsonNodeFactory.instance.objectNode())
                        .then(Mono.<Finding>empty())
                        .onErrorResume(
                                UnusableSchemaException.class,
                                e -> Mono.just(Finding.of(Rule.SCHEMA_UNUSABLE, tool.server(), e.getMessage() + ".")
                                        .at(tool.place() + ", " + which)
                                        .fix("Tell whoever maintains the server.")));
    }
}
