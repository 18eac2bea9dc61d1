package dev.mcpflux.cli.approval;

import dev.mcpflux.host.approval.EntryReview;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows entries to a person, one after the other, and asks about each. Nothing is approved that was not shown. */
final class ApprovalDialog {

    /** What the person said about one entry. */
    enum Answer {
        APPROVE,
        DENY
    }

    private final Person person;

    ApprovalDialog(Person person) {
        this.person = person;
    }

    /**
     * Asks about entries.
     *
     * @return the answers by the names of servers; without those that are left open
     */
    Map<String, Answer> ask(List<EntryReview> entries) throws InterruptedException {
        Map<String, Answer> answers = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            EntryReview entry = entries.get(i);
            show(entry);
            List<EntryReview> rest = entries.subList(i + 1, entries.size());
            String typed = answer("Start this server? [y/N/a(ll)/d(eny)] ", "ynad");
            if (typed == null) {
                return answers;
            }
            if (typed.equals("y") || typed.equals("a")) {
                answers.put(entry.server(), Answer.APPROVE);
            } else if (typed.equals("d")) {
                answers.put(entry.server(), Answer.DENY);
            }
            if (typed.equals("a") && !rest.isEmpty()) {
                rest.forEach(this::show);
                List<String> names =
                        new ArrayList<>(rest.stream().map(EntryReview::server).toList());
                if ("y".equals(answer("Start " + String.join(", ", names) + ", too? [y/N] ", "yn"))) {
                    names.forEach(name -> answers.put(name, Answer.APPROVE));
                }
                return answers;
            }
        }
        return answers;
    }

    /** The first letter of an answer; null at the end of the input. */
    private @Nullable String answer(String prompt, String letters) throws InterruptedException {
        while (true) {
            String typed = person.ask(prompt);
            if (typed == null) {
                return null;
            }
            String word = typed.strip().toLowerCase(Locale.ROOT);
            if (word.isEmpty()) {
                return "n";
            }
            for (String full : List.of("yes", "no", "all", "deny")) {
                if (letters.indexOf(full.charAt(0)) >= 0 && (word.equals(full) || word.equals(full.substring(0, 1)))) {
                    return full.substring(0, 1);
                }
            }
            person.say("  ! type one letter of " + String.join(", ", letters.split("")));
        }
    }

    private void show(EntryReview entry) {
        person.say("");
        EntryText.show(entry, person);
    }
}
