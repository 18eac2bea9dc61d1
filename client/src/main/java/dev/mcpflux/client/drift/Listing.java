package dev.mcpflux.client.drift;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.PageResult;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One reading of a list, over all of its pages. The order of its elements does not count. */
final class Listing {

    private final Map<String, JsonNode> elements = new LinkedHashMap<>();

    /** The cursor of the page that is missing; null if the list was read to its end. */
    private @Nullable String next;

    /** The recorded readings of a list. */
    static List<Listing> recorded(ListKind kind, List<RecordedCall> calls, UnaryOperator<String> mask) {
        List<Listing> all = new ArrayList<>();
        for (RecordedCall call : calls) {
            if (!call.method().equals(kind.method())) {
                continue;
            }
            JsonNode cursor = call.params().path("cursor");
            for (JsonNode result : call.results()) {
                if (!cursor.isString()) {
                    Listing first = new Listing();
                    first.addPage(kind, result, mask);
                    all.add(first);
                } else {
                    all.stream()
                            .filter(listing -> cursor.stringValue().equals(listing.next))
                            .findFirst()
                            .ifPresent(listing -> listing.addPage(kind, result, mask));
                }
            }
        }
        return all;
    }

    /** The live list. */
    static Listing of(List<?> elements, UnaryOperator<String> mask) {
        Listing listing = new Listing();
        elements.forEach(element -> listing.add(element, mask));
        return listing;
    }

    private void addPage(ListKind kind, JsonNode result, UnaryOperator<String> mask) {
        PageResult<?> page = Shape.bind(result, type(kind));
        if (page != null) {
            page.items().forEach(element -> add(element, mask));
            next = page.nextCursor();
        }
    }

    private static Class<? extends PageResult<?>> type(ListKind kind) {
        return switch (kind) {
            case TOOLS -> ListToolsResult.class;
            case PROMPTS -> Prompts.ListPromptsResult.class;
            case RESOURCES -> Resources.ListResourcesResult.class;
            case RESOURCE_TEMPLATES -> Resources.ListResourceTemplatesResult.class;
        };
    }

    private void add(Object element, UnaryOperator<String> mask) {
        elements.putIfAbsent(mask.apply(name(element)), Shape.of(element, mask));
    }

    private static String name(Object element) {
        if (element instanceof Tool tool) {
            return tool.name();
        }
        if (element instanceof Prompts.Prompt prompt) {
            return prompt.name();
        }
        return element instanceof Resources.Resource resource
                ? resource.uri()
                : ((Resources.ResourceTemplate) element).uriTemplate();
    }

    /** What has changed in a live list. */
    List<Drift> compare(ListKind kind, Listing live) {
        List<Drift> drifts = new ArrayList<>();
        elements.forEach((name, recorded) -> {
            JsonNode now = live.elements.get(name);
            if (now == null) {
                drifts.add(new Drift.ElementRemoved(kind, name));
            } else {
                drifts.addAll(Differences.of(
                        kind.element() + " " + name,
                        recorded,
                        now,
                        (pointer, before, after) -> new Drift.ElementChanged(kind, name, pointer, before, after)));
            }
        });
        if (next == null) {
            // of a list that was not read to its end it is not known what it had
            live.elements.keySet().stream()
                    .filter(name -> !elements.containsKey(name))
                    .forEach(name -> drifts.add(new Drift.ElementAdded(kind, name)));
        }
        return drifts;
    }
}
