package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.output.Suggestions;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether a tool may be taken for one of another server. Tools with exactly the same name are told apart by their servers. */
public final class LookAlikeCheck implements Check<List<Offer>> {

    /** Shorter names differ in one letter by chance. */
    private static final int SHORTEST = 6;

    private static final int LONGEST = 128;

    private static final int MOST_FINDINGS = 50;

    /** Letters of other alphabets, and digits, and what they look like: Cyrillic, Greek, digits, and an i and an l. */
    private static final String LOOK =
            "\u0430\u0435\u0441\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u0501\u04bb\u051b\u051d\u0432\u043a\u043c\u043d\u0442\u0433"
                    + "\u03b1\u03bf\u03c1\u03c5\u03bd\u03b9\u03ba01\u0131\u217c";

    private static final String LATIN = "aecopxyijsdhqwbkmhtraopuvikolil";

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.LOOK_ALIKE_NAME);
    }

    @Override
    public Flux<Finding> check(List<Offer> offers) {
        List<NamedTool> tools =
                offers.stream().flatMap(offer -> offer.tools().stream()).toList();
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            for (int j = i + 1; j < tools.size() && findings.size() < MOST_FINDINGS; j++) {
                NamedTool one = tools.get(i);
                NamedTool other = tools.get(j);
                if (!one.server().equals(other.server()) && looksLike(one.bare(), other.bare())) {
                    findings.add(Finding.of(
                                    Rule.LOOK_ALIKE_NAME,
                                    other.server(),
                                    "Its name looks like '" + one.bare() + "' of server '" + one.server()
                                            + "', so that a model, or you, may call the wrong one.")
                            .at(other.place())
                            .fix("Check that both servers are what you want, and rename one of the tools."));
                }
            }
        }
        return Flux.fromIterable(findings);
    }

    static boolean looksLike(String one, String other) {
        if (one.equals(other)
                || one.length() > LONGEST
                || other.length() > LONGEST
                || Math.abs(one.length() - other.length()) > 4) {
            return false;
        }
        String first = skeleton(one);
        String second = skeleton(other);
        if (first.equals(second)) {
            return true;
        }
        boolean plural = (first + "s").equals(second) || (second + "s").equals(first);
        return Math.min(first.length(), second.length()) >= SHORTEST
                && Math.abs(first.length() - second.length()) <= 1
                && !plural
                && Suggestions.distance(first, second) == 1;
    }

    /** What is left of a name when all that looks the same is the same. */
    static String skeleton(String name) {
        String folded = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        StringBuilder skeleton = new StringBuilder();
        folded.codePoints()
                .filter(c -> Character.getType(c) != Character.FORMAT)
                .map(c -> {
                    int at = LOOK.indexOf(c);
                    return at < 0 ? c : LATIN.charAt(at);
                })
                // words of a name are parted in several ways
                .map(c -> c == '-' || c == '.' ? '_' : c)
                .forEach(skeleton::appendCodePoint);
        return skeleton.toString();
    }
}
