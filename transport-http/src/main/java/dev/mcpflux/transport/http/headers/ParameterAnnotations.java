package dev.mcpflux.transport.http.headers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Finds {@code x-mcp-header} in the input schema of a tool. The whole schema is searched, since an annotation anywhere but on
 * properties that are reached by {@code properties} alone makes the tool invalid. The search uses a queue, not recursion: the
 * schema of a hostile server may be of any depth.
 */
final class ParameterAnnotations {

    private static final String ANNOTATION = "x-mcp-header";
    private static final String PROPERTIES = "properties";
    private static final String HEADER_PREFIX = "Mcp-Param-";

    /** The characters of a token besides letters and digits (RFC 9110, section 5.6.2). */
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** The types of parameters that a header may repeat; a number is none of them. */
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    /** Keywords whose members are named by the schema's author. */
    private static final Set<String> NAMED =
            Set.of(PROPERTIES, "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions");

    /** Keywords that hold values, not schemas. */
    private static final Set<String> VALUES = Set.of("default", "const", "enum", "examples");

    /**
     * A part of the schema that is still to be searched.
     *
     * @param reached whether {@code properties} alone lead there from the root
     * @param names whether its members are named by the author, and are no keywords
     */
    private record Part(JsonNode node, JsonPlace place, boolean reached, boolean names) {}

    private final Queue<Part> parts = new ArrayDeque<>();
    private final List<ParameterHeader> found = new ArrayList<>();
    /** Where each name of a header, in lower case, was found. */
    private final Map<String, JsonPlace> places = new HashMap<>();

    private ParameterAnnotations() {}

    /** The headers that the schema asks for; the nearest to the root come first. */
    static List<ParameterHeader> find(JsonNode schema) throws InvalidAnnotation {
        ParameterAnnotations search = new ParameterAnnotations();
        search.parts.add(new Part(schema, JsonPlace.ROOT, true, false));
        for (Part part = search.parts.poll(); part != null; part = search.parts.poll()) {
            if (part.names() && part.node().isObject()) {
                search.named(part);
            } else {
                search.schema(part);
            }
        }
        return search.found;
    }

    private void named(Part part) {
        for (Map.Entry<String, JsonNode> member : part.node().properties()) {
            add(member.getValue(), part.place().below(member.getKey()), part.reached(), false);
        }
    }

    private void schema(Part part) throws InvalidAnnotation {
        int index = 0;
        for (JsonNode element : part.node().isArray() ? part.node().values() : List.<JsonNode>of()) {
            add(element, part.place().below(String.valueOf(index++)), false, false);
        }
        for (Map.Entry<String, JsonNode> member : part.node().properties()) {
            String keyword = member.getKey();
            if (keyword.equals(ANNOTATION)) {
                annotation(part, member.getValue());
            } else if (!VALUES.contains(keyword)) {
                boolean reached = part.reached() && keyword.equals(PROPERTIES);
                add(member.getValue(), part.place().below(keyword), reached, NAMED.contains(keyword));
            }
        }
    }

    private void add(JsonNode node, JsonPlace place, boolean reached, boolean names) {
        if (node.isContainer()) {
            parts.add(new Part(node, place, reached, names));
        }
    }

    private void annotation(Part part, JsonNode value) throws InvalidAnnotation {
        JsonPlace place = part.place().below(ANNOTATION);
        if (!part.reached() || part.place().above() == null) {
            throw new InvalidAnnotation("is not on a property that 'properties' alone lead to", place);
        }
        if (!value.isString()) {
            throw new InvalidAnnotation("is not a string", place);
        }
        String name = value.stringValue();
        if (name.isEmpty()) {
            throw new InvalidAnnotation("is empty", place);
        }
        if (!isToken(name)) {
            throw new InvalidAnnotation("is not a token, as names of headers are", place);
        }
        if (!TYPES.contains(part.node().path("type").asString(""))) {
            throw new InvalidAnnotation(
                    "is on a parameter whose type is not exactly one of string, integer and boolean", place);
        }
        JsonPlace other = places.putIfAbsent(name.toLowerCase(Locale.ROOT), place);
        if (other != null) {
            throw new InvalidAnnotation("names the same header as that at " + other, place);
        }
        found.add(new ParameterHeader(path(part.place()), HEADER_PREFIX + name));
    }

    /** The names on the way to a property: every other step is {@code properties}. */
    private static List<String> path(JsonPlace property) {
        Deque<String> names = new ArrayDeque<>();
        boolean name = true;
        JsonPlace at = property;
        for (JsonPlace above = at.above(); above != null; above = at.above()) {
            if (name) {
                names.push(at.name());
            }
            name = !name;
            at = above;
        }
        return List.copyOf(names);
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
