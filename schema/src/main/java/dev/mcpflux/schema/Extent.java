package dev.mcpflux.schema;

import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import tools.jackson.databind.JsonNode;

/** The size of a value or a schema, measured before anything recurses into it. */
final class Extent {

    /** The number of nodes that can be visited in some microseconds. */
    private static final int SMALL = 256;

    private static final int CHARACTERS_PER_PLACE = 64;

    /** A number of ten characters can expand to a thousand million digits in a computation. */
    private static final int LARGEST_SCALE = 2000;

    private final int maxDepth;
    private final long maxPlaces;
    private long places;

    private Extent(int maxDepth, long maxPlaces) {
        this.maxDepth = maxDepth;
        this.maxPlaces = maxPlaces;
    }

    /** Whether the node is small. The time is bounded by that for the largest small node. */
    static boolean isSmall(JsonNode node, int maxDepth) {
        return new Extent(maxDepth, SMALL).problem(node, 0).isEmpty();
    }

    static void require(String name, JsonNode node, int maxDepth) {
        String problem = new Extent(maxDepth, Long.MAX_VALUE).problem(node, 0);
        if (!problem.isEmpty()) {
            throw new UnusableSchemaException(name + " " + problem);
        }
    }

    private String problem(JsonNode node, int depth) {
        places += 1 + (node.isString() ? node.stringValue().length() / CHARACTERS_PER_PLACE : 0);
        if (places > maxPlaces) {
            return "is large";
        }
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > LARGEST_SCALE) {
            return "has a number with more than " + LARGEST_SCALE + " digits";
        }
        if (!node.isContainer()) {
            return "";
        }
        if (depth >= maxDepth) {
            return "is nested more than " + maxDepth + " deep";
        }
        if (node.isObject()) {
            for (var member : node.properties()) {
                places += member.getKey().length() / CHARACTERS_PER_PLACE;
                String problem = problem(member.getValue(), depth + 1);
                if (!problem.isEmpty()) {
                    return problem;
                }
            }
            return "";
        }
        for (JsonNode item : node) {
            String problem = problem(item, depth + 1);
            if (!problem.isEmpty()) {
                return problem;
            }
        }
        return "";
    }
}
