package dev.mcpflux.schema;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.SchemaException;
import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Walks through a schema once before it is compiled. Counts the subschemas, finds references that lead out of the
 * schema even where no value would reach them, finds patterns that cannot be asserted, and determines whether all
 * keywords are quick.
 */
final class SchemaSurvey {

    /**
     * The kind of value that a keyword has. The value of a keyword without an entry is data, in which a reference has
     * no meaning.
     */
    private enum ValueKind {
        SCHEMA,
        SCHEMAS_BY_NAME,
        DATA
    }

    private static final Map<String, ValueKind> KEYWORDS = Map.ofEntries(
            Map.entry("allOf", ValueKind.SCHEMA),
            Map.entry("anyOf", ValueKind.SCHEMA),
            Map.entry("oneOf", ValueKind.SCHEMA),
            Map.entry("not", ValueKind.SCHEMA),
            Map.entry("if", ValueKind.SCHEMA),
            Map.entry("then", ValueKind.SCHEMA),
            Map.entry("else", ValueKind.SCHEMA),
            Map.entry("items", ValueKind.SCHEMA),
            Map.entry("prefixItems", ValueKind.SCHEMA),
            Map.entry("additionalItems", ValueKind.SCHEMA),
            Map.entry("unevaluatedItems", ValueKind.SCHEMA),
            Map.entry("contains", ValueKind.SCHEMA),
            Map.entry("additionalProperties", ValueKind.SCHEMA),
            Map.entry("unevaluatedProperties", ValueKind.SCHEMA),
            Map.entry("propertyNames", ValueKind.SCHEMA),
            Map.entry("contentSchema", ValueKind.SCHEMA),
            Map.entry("properties", ValueKind.SCHEMAS_BY_NAME),
            Map.entry("patternProperties", ValueKind.SCHEMAS_BY_NAME),
            Map.entry("dependentSchemas", ValueKind.SCHEMAS_BY_NAME),
            Map.entry("dependencies", ValueKind.SCHEMAS_BY_NAME),
            Map.entry("$defs", ValueKind.SCHEMAS_BY_NAME),
            Map.entry("definitions", ValueKind.SCHEMAS_BY_NAME));

    /** Keywords that visit each part of a value a few times at most. */
    private static final Set<String> QUICK = Set.of(
            "$schema",
            "$comment",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "type",
            "enum",
            "const",
            "format",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties");

    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

    private record Reference(String place, String written, String resolved) {}

    private final Draft draft;
    private final int maxSubschemas;
    private final Deque<String> place = new ArrayDeque<>();
    private final Set<String> resources = new HashSet<>();
    private final List<Reference> references = new ArrayList<>();
    private int subschemas;
    private final List<String> unasserted = new ArrayList<>();
    private boolean quick = true;

    /**
     * The result for a schema.
     *
     * @param quick whether all its keywords are quick
     * @param unasserted the patterns that values are not checked against, each with its place and the reason
     */
    record Findings(boolean quick, List<String> unasserted) {}

    private SchemaSurvey(Draft draft, int maxSubschemas) {
        this.draft = draft;
        this.maxSubschemas = maxSubschemas;
    }

    /** Surveys a schema, which must not be too deep. */
    static Findings of(JsonNode schema, Draft draft, int maxSubschemas) {
        SchemaSurvey survey = new SchemaSurvey(draft, maxSubschemas);
        survey.schema(schema, null);
        for (Reference reference : survey.references) {
            if (!survey.resources.contains(reference.resolved) && !LocalSchemas.has(reference.resolved)) {
                throw new UnusableSchemaException(
                        "the schema, at " + reference.place + ", " + LocalSchemas.outside(reference.written));
            }
        }
        return new Findings(survey.quick, List.copyOf(survey.unasserted));
    }

    private void schema(JsonNode schema, @Nullable String base) {
        if (schema.isArray()) {
            int index = 0;
            for (JsonNode item : schema) {
                within(String.valueOf(index++), item, ValueKind.SCHEMA, base);
            }
            return;
        }
        if (!schema.isObject()) {
            return;
        }
        count();
        Draft.of(schema);
        String inner = identified(schema, base);
        schema.properties().forEach(keyword -> {
            String name = keyword.getKey();
            JsonNode content = keyword.getValue();
            quick = quick && QUICK.contains(name);
            if (REFERENCES.contains(name) && content.isString()) {
                reference(name, content.stringValue(), inner);
            }
            if (name.equals("pattern") && content.isString()) {
                pattern(name, content.stringValue());
            }
            if (name.equals("patternProperties") && content.isObject()) {
                content.properties().forEach(entry -> pattern(name, entry.getKey()));
            }
            within(name, content, KEYWORDS.getOrDefault(name, ValueKind.DATA), inner);
        });
    }

    private void within(String name, JsonNode content, ValueKind holds, @Nullable String base) {
        place.addLast(name);
        switch (holds) {
            case SCHEMA -> schema(content, base);
            case SCHEMAS_BY_NAME ->
                content.properties().forEach(entry -> within(entry.getKey(), entry.getValue(), ValueKind.SCHEMA, base));
            case DATA -> data(content);
        }
        place.removeLast();
    }

    /** Walks through data as well, because a reference can point into it and turn its objects into schemas. */
    private void data(JsonNode data) {
        if (data.isObject()) {
            count();
        }
        if (data.isContainer()) {
            data.values().forEach(this::data);
        }
    }

    private void count() {
        if (++subschemas > maxSubschemas) {
            throw new UnusableSchemaException("the schema has more than " + maxSubschemas + " subschemas");
        }
    }

    private @Nullable String identified(JsonNode schema, @Nullable String base) {
        JsonNode id = schema.get(draft.idKeyword());
        if (id == null || !id.isString() || (draft.referenceStandsAlone() && schema.has("$ref"))) {
            return base;
        }
        String document = withoutFragment(id.stringValue());
        if (document.isEmpty()) {
            return base;
        }
        String resolved = AbsoluteIri.resolve(base, document);
        resources.add(resolved);
        return resolved;
    }

    private void reference(String keyword, String written, @Nullable String base) {
        String document = withoutFragment(written);
        if (!document.isEmpty()) {
            references.add(new Reference(pointer(keyword), written, AbsoluteIri.resolve(base, document)));
        }
    }

    private void pattern(String keyword, String regex) {
        try {
            String unsupported = SchemaPattern.of(regex).unsupported();
            if (unsupported != null) {
                unasserted.add(pointer(keyword) + " (" + Problems.printable(Problems.abbreviated(regex)) + "), which "
                        + unsupported);
            }
        } catch (SchemaException notOne) {
            throw new UnusableSchemaException("the schema has, at " + pointer(keyword) + ", a pattern that "
                    + notOne.getMessage() + ": " + Problems.abbreviated(regex));
        }
    }

    private String pointer(String last) {
        StringBuilder pointer = new StringBuilder();
        place.forEach(name -> pointer.append('/').append(escaped(name)));
        return Problems.printable(pointer.append('/').append(last).toString());
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String withoutFragment(String iri) {
        int fragment = iri.indexOf('#');
        return fragment < 0 ? iri : iri.substring(0, fragment);
    }
}
