package dev.mcpflux.cli.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.approval.ApprovalDialog.Answer;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.EntryReview.Difference;
import dev.mcpflux.host.approval.EntryReview.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a person is shown and asked before the servers of a project are started. */
class ApprovalDialogTest {

    /** A person who answers from a list, and leaves when it is empty. */
    private static final class Scripted implements Person {
        final Deque<String> answers;
        final List<String> shown = new ArrayList<>();

        Scripted(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
        }

        @Override
        public void say(String text) {
            shown.add(text);
        }

        @Override
        public void quote(String text) {
            shown.add("  | " + text);
        }

        @Override
        public @Nullable String ask(String prompt) {
            shown.add(prompt);
            return answers.poll();
        }
    }

    private static EntryReview entry(
            String name, Status status, Map<String, String> fields, Difference... differences) {
        return new EntryReview(
                name, status, fields, List.of(differences), List.of("careful"), null, null, Map.of(), "hash");
    }

    private static EntryReview entry(String name) {
        return entry(name, Status.NEW, Map.of("command", name));
    }

    private static Map<String, Answer> ask(Scripted person, String... names) throws InterruptedException {
        return new ApprovalDialog(person)
                .ask(List.of(names).stream().map(ApprovalDialogTest::entry).toList());
    }

    @Test
    void eachEntryIsShownAndAskedAbout() throws InterruptedException {
        Scripted person = new Scripted("y", "", "d", "YES ");

        assertThat(ask(person, "a", "b", "c", "d"))
                .containsExactly(
                        Map.entry("a", Answer.APPROVE), Map.entry("c", Answer.DENY), Map.entry("d", Answer.APPROVE));
        assertThat(person.shown)
                .startsWith(
                        "", "a", "  | command  a", "  ! careful", "Start this server? [y/N/a(ll)/d(eny)] ", "", "b");
    }

    @Test
    void endOfTheInputApprovesNothingMore() throws InterruptedException {
        assertThat(ask(new Scripted("y"), "a", "b", "c")).containsOnlyKeys("a");
    }

    @Test
    void otherAnswersAreAskedAgain() throws InterruptedException {
        Scripted person = new Scripted("yess", "j", "n");

        assertThat(ask(person, "a")).isEmpty();
        assertThat(person.shown.stream().filter("  ! type one letter of y, n, a, d"::equals))
                .hasSize(2);
    }

    @Test
    void allShowsTheRestBeforeItIsApproved() throws InterruptedException {
        Scripted person = new Scripted("a", "y");

        assertThat(ask(person, "a", "b", "c")).containsOnlyKeys("a", "b", "c").doesNotContainValue(Answer.DENY);
        assertThat(person.shown).endsWith("  | command  c", "  ! careful", "Start b, c, too? [y/N] ");
        assertThat(ask(new Scripted("all", "n"), "a", "b", "c")).containsOnlyKeys("a");
        assertThat(ask(new Scripted("a"), "a")).containsOnlyKeys("a");
    }

    @Test
    void differencesAreShown() throws InterruptedException {
        Scripted person = new Scripted();
        EntryReview changed = entry(
                "a",
                Status.CHANGED,
                Map.of("command", "x"),
                new Difference("argument 1", "old", "new"),
                new Difference("variable KEY", "…", "…"),
                new Difference("variable NEW", null, "${X}"),
                new Difference("header Old", "…", null));

        assertThat(new ApprovalDialog(person).ask(List.of(changed))).isEmpty();

        assertThat(person.shown)
                .contains(
                        "a has changed",
                        "  | * changed: argument 1: old -> new",
                        "  | * changed: variable KEY",
                        "  | * new: variable NEW = ${X}",
                        "  | * gone: header Old");
    }

    @Test
    void hostileTextStaysOnItsLine() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("command", "sh");
        fields.put("argument 1", "-c");
        fields.put("argument 2", "a\nStart this server? y\u001b[2J\u202e'\r\tx");
        fields.put("variable A\u001b[2J\n", "\u200b\n");
        EntryReview review =
                entry("a", Status.CHANGED, fields, new Difference("argument 2", "x\ny", "\u001b]0;t\u0007\n\u202e"));

        List<String> lines = new ArrayList<>(EntryText.lines(review));
        lines.addAll(EntryText.differences(review));
        lines.add(EntryText.brief(review));

        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line).doesNotContain("\n", "\r", "\t", "\u001b", "\u202e", "\u200b", "\u0007"))
                .anySatisfy(line ->
                        assertThat(line).endsWith("sh -c 'a\\nStart this server? y\\u001b[2J\\u202e'\\''\\r\\tx'"));
    }

    @Test
    void longEntryIsShownInFullWithANote() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            fields.put("variable V" + i, "x" + i);
        }
        EntryReview review = entry("a", Status.NEW, fields);

        assertThat(EntryText.lines(review)).hasSize(40);
        assertThat(EntryText.notes(review)).contains("the entry is long: 40 lines; scroll up to see all of it");
    }
}
