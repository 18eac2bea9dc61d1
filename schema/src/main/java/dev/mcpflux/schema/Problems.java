package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Describes the library's findings in our own words, because its texts quote the value. These quote the schema only,
 * and name a place by its JSON pointer, so the only parts of the value they show are the property names on the way to
 * the problem.
 */
final class Problems {

    static final int MOST = 20;

    private static final int LONGEST = 200;

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("type", "must be of type %s"),
            Map.entry("enum", "must be one of %s"),
            Map.entry("const", "must be %s"),
            Map.entry("minimum", "must be at least %s"),
            Map.entry("maximum", "must be at most %s"),
            Map.entry("exclusiveMinimum", "must be more than %s"),
            Map.entry("exclusiveMaximum", "must be less than %s"),
            Map.entry("multipleOf", "must be a multiple of %s"),
            Map.entry("minLength", "must have at least %s characters"),
            Map.entry("maxLength", "must have at most %s characters"),
            Map.entry("pattern", "must match the pattern %s"),
            Map.entry("format", "must be of the format %s"),
            Map.entry("minItems", "must have at least %s items"),
            Map.entry("maxItems", "must have at most %s items"),
            Map.entry("uniqueItems", "has items that are equal"),
            Map.entry("contains", "has too few or too many items of the kind that 'contains' requires"),
            Map.entry("minContains", "has too few items of the kind that 'contains' requires"),
            Map.entry("maxContains", "has too many items of the kind that 'contains' requires"),
            Map.entry("minProperties", "must have at least %s properties"),
            Map.entry("maxProperties", "must have at most %s properties"),
            Map.entry("additionalProperties", "is a property that the schema does not allow"),
            Map.entry("unevaluatedProperties", "is a property that the schema does not allow"),
            Map.entry("propertyNames", "has a name that the schema does not allow"),
            Map.entry("items", "is one item too many"),
            Map.entry("additionalItems", "is one item too many"),
            Map.entry("unevaluatedItems", "has items that the schema does not allow"),
            Map.entry("dependentRequired", "lacks a property that another one requires"),
            Map.entry("dependencies", "lacks a property that another one requires"),
            Map.entry("oneOf", "must match exactly one alternative of oneOf"),
            Map.entry("not", "matches what the schema excludes"),
            Map.entry("false", "is not allowed here"));

    private Problems() {}

    /** At most {@value #MOST}, and then one that says how many more there are. */
    static List<String> of(List<Error> errors) {
        List<String> all = errors.stream()
                .limit(BoundedExecution.MAX_ERRORS)
                .map(Problems::text)
                .distinct()
                .toList();
        if (all.size() <= MOST) {
            return all;
        }
        List<String> some = new ArrayList<>(all.subList(0, MOST));
        some.add("… and " + (errors.size() < BoundedExecution.MAX_ERRORS ? "" : "at least ") + (all.size() - MOST)
                + " more");
        return List.copyOf(some);
    }

    private static String text(Error error) {
        return printable(place(error) + ": " + words(error) + alternative(error.getEvaluationPath()));
    }

    private static String place(Error error) {
        NodePath place = error.getInstanceLocation();
        String property = error.getProperty();
        boolean ofTheProperty = property != null
                && List.of("additionalProperties", "unevaluatedProperties", "propertyNames")
                        .contains(error.getKeyword());
        if (ofTheProperty) {
            place = place.append(property);
        } else if (error.getIndex() != null) {
            place = place.append(error.getIndex());
        }
        String pointer = place.toString();
        return pointer.isEmpty() ? "(root)" : abbreviated(pointer);
    }

    private static String words(Error error) {
        String keyword = error.getKeyword();
        if ("required".equals(keyword)) {
            // the name is from the schema: the value does not have it
            return "lacks the required property '" + abbreviated(error.getProperty()) + "'";
        }
        String words = WORDS.get(keyword);
        if (words == null) {
            return "does not satisfy '" + abbreviated(keyword) + "'";
        }
        String asked = asked(keyword, error.getSchemaNode());
        return (asked.equals("1") ? singular(words) : words).formatted(asked);
    }

    private static String singular(String words) {
        return words.endsWith("ies")
                ? words.substring(0, words.length() - 3) + "y"
                : words.endsWith("%s") || !words.endsWith("s") ? words : words.substring(0, words.length() - 1);
    }

    private static String asked(String keyword, @Nullable JsonNode asked) {
        if (asked == null) {
            return "";
        }
        if ("type".equals(keyword) && asked.isArray()) {
            List<String> types = new ArrayList<>();
            asked.forEach(type -> types.add(type.asString("")));
            return abbreviated(String.join(" or ", types));
        }
        if (asked.isString() && ("type".equals(keyword) || "format".equals(keyword))) {
            return abbreviated(asked.stringValue());
        }
        return json(asked);
    }

    /** Which alternative it is about: what is wrong with one of them need not be mended if another one fits. */
    private static String alternative(@Nullable NodePath evaluation) {
        for (NodePath path = evaluation; path != null && path.getParent() != null; path = path.getParent()) {
            String parent = String.valueOf(path.getParent().getElement(-1));
            if (path.getElement(-1) instanceof Integer index && (parent.equals("anyOf") || parent.equals("oneOf"))) {
                return " (alternative " + (index + 1) + " of " + parent + ")";
            }
        }
        return "";
    }

    /** The beginning of a part of the schema, which can be large. */
    static String json(JsonNode part) {
        StringBuilder text = new StringBuilder();
        append(text, part);
        return abbreviated(text.toString());
    }

    private static void append(StringBuilder text, JsonNode part) {
        if (part.isString()) {
            text.append(StringNode.valueOf(abbreviated(part.stringValue())));
        } else if (part.isContainer()) {
            text.append(part.isArray() ? '[' : '{');
            String separator = "";
            for (Iterator<Map.Entry<String, JsonNode>> members = members(part); members.hasNext(); ) {
                Map.Entry<String, JsonNode> member = members.next();
                text.append(separator);
                if (part.isObject()) {
                    text.append(StringNode.valueOf(abbreviated(member.getKey())))
                            .append(':');
                }
                append(text, member.getValue());
                separator = ",";
                if (text.length() > LONGEST) {
                    return;
                }
            }
            text.append(part.isArray() ? ']' : '}');
        } else {
            text.append(part);
        }
    }

    private static Iterator<Map.Entry<String, JsonNode>> members(JsonNode part) {
        return part.isObject()
                ? part.properties().iterator()
                : part.values().stream().map(item -> Map.entry("", item)).iterator();
    }

    static String abbreviated(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** A name with control characters in it could play tricks on a terminal, or forge a line of a log. */
    static String printable(String text) {
        return SafeText.line(text);
    }
}
