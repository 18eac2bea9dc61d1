package dev.mcpflux.cli.argument;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Follows the references of a JSON Schema within its document; nothing is ever fetched. */
final class SchemaReferences {

    private static final List<String> KEYWORDS = List.of("$ref", "$dynamicRef", "$recursiveRef");

    private final JsonNode root;

    SchemaReferences(JsonNode root) {
        this.root = root;
    }

    /** Whether the schema is a reference. */
    static boolean has(JsonNode schema) {
        return KEYWORDS.stream().anyMatch(keyword -> schema.path(keyword).isString());
    }

    /** The target of a reference within the document, otherwise null. */
    @Nullable
    JsonNode target(JsonNode schema) {
        for (String keyword : KEYWORDS) {
            if (schema.path(keyword).isString()) {
                return resolve(schema.get(keyword).stringValue());
            }
        }
        return null;
    }

    private @Nullable JsonNode resolve(String reference) {
        int hash = reference.indexOf('#');
        String document = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        JsonNode base = document.isEmpty() || document.equals(root.path("$id").asString("")) ? root : bundled(document);
        if (base == null || fragment.isEmpty()) {
            return base;
        }
        if (!fragment.startsWith("/")) {
            return defined(
                    base,
                    schema -> schema.path("$anchor").asString("").equals(fragment)
                            || schema.path("$dynamicAnchor").asString("").equals(fragment));
        }
        try {
            // a plus sign is literal in a URI
            String pointer = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
            return base.at(JsonPointer.compile(pointer));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable JsonNode bundled(String document) {
        return defined(root, schema -> schema.path("$id").asString("").equals(document));
    }

    private static @Nullable JsonNode defined(JsonNode base, Predicate<JsonNode> is) {
        for (String keyword : List.of("$defs", "definitions")) {
            for (JsonNode schema : base.path(keyword)) {
                if (is.test(schema)) {
                    return schema;
                }
            }
        }
        return null;
    }
}
