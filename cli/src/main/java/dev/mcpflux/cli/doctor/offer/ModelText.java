package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.inspect.ServerInspection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A text of a server that a model reads.
 *
 * @param place where it stands
 */
record ModelText(String place, String text) {

    /** More of a text is not looked at. */
    private static final int MOST = 100_000;

    private static final int DEEPEST = 64;

    /** All texts of a server. */
    static List<ModelText> of(Offer offer) {
        List<ModelText> texts = new ArrayList<>();
        ServerInspection inspection = offer.inspection();
        add(texts, "instructions", inspection == null ? null : inspection.peer().instructions());
        for (NamedTool tool : offer.tools()) {
            add(texts, tool.place() + ", name", tool.tool().name());
            add(texts, tool.place() + ", title", tool.tool().title());
            add(texts, tool.place() + ", description", tool.tool().description());
            schema(texts, tool.place() + ", inputSchema", tool.tool().inputSchema(), 0);
            schema(texts, tool.place() + ", outputSchema", tool.tool().outputSchema(), 0);
        }
        offer.prompts().forEach(prompt -> {
            add(texts, "prompt " + prompt.name() + ", name", prompt.name());
            add(texts, "prompt " + prompt.name() + ", description", prompt.description());
        });
        offer.resources().forEach(resource -> {
            add(texts, "resource " + resource.uri() + ", name", resource.name());
            add(texts, "resource " + resource.uri() + ", description", resource.description());
        });
        return texts;
    }

    private static void add(List<ModelText> texts, String place, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            texts.add(new ModelText(place, text.length() > MOST ? text.substring(0, MOST) : text));
        }
    }

    /** Every text of a schema reaches the model, also those of a default or an enum. Patterns are no prose. */
    private static void schema(List<ModelText> texts, String place, @Nullable JsonNode node, int depth) {
        if (node == null || depth > DEEPEST) {
            return;
        }
        if (node.isString()) {
            add(texts, place, node.asString());
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            schema(texts, place + "/" + i, node.get(i), depth + 1);
        }
        if (node.isObject()) {
            node.forEachEntry((key, value) -> {
                if (!key.equals("pattern") && !key.startsWith("$")) {
                    add(texts, place + "/" + key + ", name", key);
                    schema(texts, place + "/" + key, value, depth + 1);
                }
            });
        }
    }
}
