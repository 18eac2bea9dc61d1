package dev.mcpflux.schema;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compiled schemas by their content; the oldest is evicted first. There is no lock, because a caller must not wait. */
final class SchemaCache {

    private final int maxSchemas;
    private final long maxKeywords;
    private final Map<JsonNode, CompiledSchema> schemas = new ConcurrentHashMap<>();
    private final Queue<JsonNode> order = new ConcurrentLinkedQueue<>();
    private final AtomicLong keywords = new AtomicLong();

    SchemaCache(int maxSchemas, long maxKeywords) {
        this.maxSchemas = maxSchemas;
        this.maxKeywords = maxKeywords;
    }

    @Nullable
    CompiledSchema find(JsonNode schema) {
        return schemas.get(schema);
    }

    /** Caches a schema under a copy of it that is never modified. */
    void keep(JsonNode copy, CompiledSchema compiled) {
        if (schemas.putIfAbsent(copy, compiled) != null) {
            return;
        }
        order.add(copy);
        keywords.addAndGet(compiled.keywords());
        while (schemas.size() > maxSchemas || keywords.get() > maxKeywords) {
            JsonNode oldest = order.poll();
            if (oldest == null) {
                return;
            }
            CompiledSchema gone = schemas.remove(oldest);
            if (gone != null) {
                keywords.addAndGet(-gone.keywords());
            }
        }
    }

    int size() {
        return schemas.size();
    }
}
