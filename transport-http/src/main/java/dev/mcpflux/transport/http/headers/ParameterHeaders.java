package dev.mcpflux.transport.http.headers;

import dev.mcpflux.jsonrpc.McpJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The headers that repeat arguments of one tool: "conforming clients MUST mirror the designated parameter values into
 * HTTP headers" (specification 2026-07-28: server/tools, x-mcp-header).
 */
final class ParameterHeaders {

    private static final ParameterHeaders NONE = new ParameterHeaders(List.of());

    /** 2^53 - 1: no larger integer, of either sign, is the same to every server. */
    private static final BigDecimal LARGEST = BigDecimal.valueOf((1L << 53) - 1);

    /** The size of a header, or of a name in its path, besides its characters. */
    private static final int PER_HEADER = 80;

    private final List<ParameterHeader> headers;

    private ParameterHeaders(List<ParameterHeader> headers) {
        this.headers = List.copyOf(headers);
    }

    /**
     * The headers that the schema asks for.
     *
     * @throws InvalidAnnotation if an annotation breaks a rule: "clients MUST reject tool definitions where any
     *     x-mcp-header value violates these constraints"
     */
    static ParameterHeaders of(@Nullable JsonNode inputSchema) throws InvalidAnnotation {
        List<ParameterHeader> found = inputSchema == null ? List.of() : ParameterAnnotations.find(inputSchema);
        return found.isEmpty() ? NONE : new ParameterHeaders(found);
    }

    /** Their approximate size in memory. */
    long bytes() {
        return headers.stream()
                .mapToLong(one -> PER_HEADER
                        + one.header().length()
                        + one.path().stream()
                                .mapToLong(name -> PER_HEADER + name.length())
                                .sum())
                .sum();
    }

    boolean isEmpty() {
        return headers.isEmpty();
    }

    /**
     * Passes on the name and the encoded value of each header whose argument has a value. Absent arguments and nulls have
     * none, nor have arrays and objects, which the server reports as wrong.
     *
     * @param arguments a map, a record or a tree
     * @throws IllegalArgumentException if a value has no header, so that no server would accept the call: a number that is
     *     not whole or not within 2^53 - 1 of zero, or text without a UTF-8 form. The message names the parameter, not its
     *     value
     */
    void write(@Nullable Object arguments, BiConsumer<String, String> header) {
        if (headers.isEmpty() || arguments == null) {
            return;
        }
        JsonNode tree =
                arguments instanceof JsonNode node ? node : McpJson.mapper().valueToTree(arguments);
        for (ParameterHeader one : headers) {
            JsonNode value = written(tree);
            for (String name : one.path()) {
                value = written(value.path(name));
            }
            String text = text(value, one.path());
            if (text != null) {
                header.accept(one.header(), text);
            }
        }
    }

    /** A tree keeps bytes and raw JSON as objects; the body holds what they are written as. */
    private static JsonNode written(JsonNode node) {
        return node.isPojo() || node.isBinary()
                ? McpJson.mapper().readTree(McpJson.mapper().writeValueAsBytes(node))
                : node;
    }

    private static @Nullable String text(JsonNode value, List<String> path) {
        try {
            if (value.isString()) {
                return HeaderValue.encode(value.stringValue());
            } else if (value.isNumber()) {
                return integer(value);
            }
            return value.isBoolean() ? String.valueOf(value.booleanValue()) : null;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "argument " + JsonPlace.of(path) + " cannot be sent as a header: " + e.getMessage(), e);
        }
    }

    private static String integer(JsonNode value) {
        BigDecimal number = value.decimalValueOpt().orElse(null);
        // the size is checked first: writing 1e999999999 out would take all memory
        if (number == null || number.abs().compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("it is not within 2^53 - 1 of zero");
        }
        BigDecimal whole = number.stripTrailingZeros();
        if (whole.scale() > 0) {
            throw new IllegalArgumentException("it is not a whole number");
        }
        return whole.toBigInteger().toString();
    }
}
