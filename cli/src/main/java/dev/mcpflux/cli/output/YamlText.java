package dev.mcpflux.cli.output;

import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;
import tools.jackson.databind.JsonNode;

/** Writes JSON documents as YAML 1.2. Loaded, like its library, only where YAML is printed. */
final class YamlText {

    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(Integer.MAX_VALUE)
            .setMaxSimpleKeyLength(1000)
            .setUseUnicodeEncoding(true)
            .build();

    /** What readers of YAML 1.1 take for something else than a text. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i)y|yes|n|no|on|off|[-+.]?[0-9].*");

    private YamlText() {}

    /**
     * The document, made safe for a terminal: what {@link SafeText} replaces stands as an escape in a text in double quotes,
     * so that a program reads the same text.
     */
    static String of(JsonNode document) {
        return SafeText.json(new Dump(SETTINGS, new Texts()).dumpToString(plain(document)));
    }

    private static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                node.properties().forEach(member -> members.put(member.getKey(), plain(member.getValue())));
                yield members;
            }
            case ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                node.values().forEach(element -> elements.add(plain(element)));
                yield elements;
            }
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.numberValue();
            case NULL, MISSING -> null;
            default -> node.asString();
        };
    }

    /** Chooses how each text is quoted. */
    private static final class Texts extends StandardRepresenter {
        Texts() {
            super(SETTINGS);
            representers.put(String.class, value -> represent((String) value));
        }

        private Node represent(String text) {
            if (!SafeText.text(text).equals(text)) {
                return representScalar(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
            }
            if (text.strip().indexOf('\n') >= 0) {
                return representScalar(Tag.STR, text, ScalarStyle.LITERAL);
            }
            return representScalar(
                    Tag.STR, text, AMBIGUOUS.matcher(text).matches() ? ScalarStyle.SINGLE_QUOTED : ScalarStyle.PLAIN);
        }
    }
}
