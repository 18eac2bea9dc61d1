package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.text.SafeText;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether a text has parts that a model reads and a person does not see. */
public final class HiddenTextCheck implements Check<Offer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.HIDDEN_TEXT);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        return Flux.fromIterable(ModelText.of(offer))
                .concatMap(text -> Mono.justOrEmpty(hidden(text.text()))
                        .map(what -> Finding.of(
                                        Rule.HIDDEN_TEXT,
                                        offer.name(),
                                        "It holds " + what + ", and may try to steer a model without being seen.")
                                .at(text.place())
                                .fix("Do not use the server before you know why, or leave the tool out.")));
    }

    /** What is hidden in a text, or null. */
    static @Nullable String hidden(String text) {
        if (text.contains("<!--")) {
            return "a comment of HTML, which a page does not show";
        }
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        // where this leaves a text as it is, joiners and selectors in it belong to words and to emoji
        if (SafeText.text(lines).equals(lines)) {
            return null;
        }
        int most = 0;
        int first = -1;
        for (int i = 0; i < lines.length(); i += Character.charCount(lines.codePointAt(i))) {
            int c = lines.codePointAt(i);
            int rank = rank(c);
            if (rank > most) {
                most = rank;
                first = c;
            }
        }
        String kind = switch (most) {
            case 4 -> "tag characters, which spell an invisible text";
            case 3 -> "characters that turn the direction of a text around";
            case 2 -> "control characters";
            default -> "invisible characters";
        };
        return first < 0 ? kind : kind + String.format(Locale.ROOT, " (such as U+%04X)", first);
    }

    private static int rank(int c) {
        if (c >= 0xE0000 && c <= 0xE01EF) {
            return 4;
        }
        if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C) {
            return 3;
        }
        if (Character.isISOControl(c)) {
            return c == '\n' || c == '\t' ? 0 : 2;
        }
        int type = Character.getType(c);
        return type == Character.FORMAT || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR
                ? 1
                : 0;
    }
}
