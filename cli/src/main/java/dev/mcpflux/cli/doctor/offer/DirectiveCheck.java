package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.text.SafeText;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether a text tells a model things that have nothing to do with the tool. What it finds may be harmless, and what it does not find
 * may be none.
 */
public final class DirectiveCheck implements Check<Offer> {

    private static final int SHOWN = 80;

    /** Each is bounded, so that no text makes matching slow. */
    private static final List<Pattern> DIRECTIVES = List.of(
            pattern(
                    "\\b(?:ignore|disregard|forget)\\s{1,9}(?:all\\s|any\\s|the\\s|your\\s){0,3}(?:previous|prior|above|earlier|other)\\b"),
            pattern(
                    "\\b(?:do not|don't|never|without)\\s{1,9}(?:tell|mention|inform|reveal|show|notify|telling|informing"
                            + "|mentioning)\\b[^.\\n]{0,40}\\b(?:user|human|person|anyone|anybody)\\b"),
            pattern("</?\\s?(?:important|system|secret|instructions?|hidden|assistant|admin)\\s?>"),
            pattern("\\b(?:system prompt|you are now|new instructions)\\b"),
            pattern(
                    "(?:~/\\.ssh|\\bid_rsa\\b|\\bid_ed25519\\b|~/\\.aws|\\.cursor/mcp\\.json|\\.claude\\.json|/etc/passwd)"),
            pattern(
                    "\\b(?:before|instead of|whenever)\\s{1,9}(?:you\\s)?(?:use|using|call|calling)\\s{1,9}(?:any|all|the)?\\s?"
                            + "other\\s{1,9}tools?\\b"));

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.DIRECTIVE_TEXT);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        return Flux.fromIterable(ModelText.of(offer))
                .concatMap(text -> Mono.justOrEmpty(directive(text.text()))
                        .map(words -> Finding.of(
                                        Rule.DIRECTIVE_TEXT,
                                        offer.name(),
                                        "It may try to steer a model: “" + words + "”")
                                .at(text.place())
                                .fix("Read the whole text, and decide whether you trust the server.")));
    }

    /** The words that look so, or null. */
    static @Nullable String directive(String text) {
        for (Pattern each : DIRECTIVES) {
            Matcher matcher = each.matcher(text);
            if (matcher.find()) {
                int begin = Math.max(0, matcher.start() - 10);
                int end = Math.min(text.length(), matcher.end() + 30);
                return SafeText.line(text.substring(begin, end), SHOWN);
            }
        }
        return null;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
