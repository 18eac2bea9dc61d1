package dev.mcpflux.schema;

import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import tools.jackson.databind.JsonNode;

/** How much there is of a value or a schema: looked at before anything recurses into it. */
final class Extent {

    /** What can be looked at in some microseconds. */
    private static final int SMALL = 256;

    private static final int CHARACTERS_PER_PLACE = 64;

    /** A number of ten characters can have a thousand million digits once somebody computes with it. */
    private static final int LARGEST_SCALE = 2000;

    private final int maxDepth;
    private final long maxPlaces;
    private long places;

    private Extent(int maxDepth, long maxPlaces) {
        this.maxDepth = maxDepth;
        this.maxPlaces = maxPlaces;
    }

    /** Whether it is small; takes as long as it does for the largest that is small. */
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
