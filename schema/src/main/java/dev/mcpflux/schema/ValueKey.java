package dev.mcpflux.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A value as a key of a hash table. Numbers are equal by value, objects whatever the order of their members (JSON
 * Schema core, section 4.2.2). Comparing checks the budget, because a server can choose values with one hash code.
 */
final class ValueKey {

    private final Object content;
    private final int hash;

    private ValueKey(Object content) {
        this.content = content;
        this.hash = content.hashCode();
    }

    static ValueKey of(JsonNode value) {
        return new ValueKey(content(value));
    }

    private static Object content(JsonNode value) {
        if (value.isNumber()) {
            boolean finite = value.isIntegralNumber() || value.isBigDecimal() || Double.isFinite(value.doubleValue());
            return finite ? value.decimalValue().stripTrailingZeros() : value;
        }
        if (value.isArray()) {
            List<Object> items = new ArrayList<>(value.size());
            for (JsonNode item : value) {
                items.add(content(item));
            }
            return items;
        }
        if (value.isObject()) {
            Map<String, Object> members = new HashMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), content(member.getValue())));
            return members;
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        Budget.current().tick();
        return other instanceof ValueKey that && hash == that.hash && content.equals(that.content);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
