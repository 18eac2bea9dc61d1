package dev.mcpflux.cli.config;

import dev.mcpflux.cli.install.Proposal;
import dev.mcpflux.cli.install.Question;
import dev.mcpflux.cli.install.SecretForm;
import dev.mcpflux.cli.question.Dialog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a person for what a new server needs. */
final class InstallDialog {

    private final Dialog dialog;

    InstallDialog(Dialog dialog) {
        this.dialog = dialog;
    }

    /** Whether a question is asked at all: a secret that is kept elsewhere is stored there. */
    static boolean isAsked(Question question, SecretForm form) {
        return !question.secret() || form == SecretForm.PLAIN;
    }

    /**
     * The answers to what has none yet.
     *
     * @throws Dialog.Ended if the person does not want to answer
     */
    Map<String, String> ask(Proposal proposal, Map<String, String> given, SecretForm form) throws InterruptedException {
        Map<String, String> answers = new LinkedHashMap<>();
        List<Question> questions = proposal.questions().stream()
                .filter(question -> !given.containsKey(question.id()) && isAsked(question, form))
                .toList();
        if (!questions.isEmpty()) {
            dialog.say(proposal.name() + " needs to know (Enter takes what is in brackets; " + Dialog.CANCEL
                    + " or Ctrl-D cancels):");
        }
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            dialog.say("");
            dialog.say((i + 1) + "/" + questions.size() + " " + dialog.brief(question.title()) + " ("
                    + (question.choices().isEmpty()
                            ? question.type().name().toLowerCase(Locale.ROOT)
                            : "one of " + dialog.brief(String.join(", ", question.choices())))
                    + (question.required() ? ", required" : ", optional") + ")");
            if (!question.description().isEmpty()) {
                dialog.quote(question.description());
            }
            if (question.secret()) {
                dialog.say("  (It is shown while you type, and written as it is.)");
            }
            String answer = value(question);
            if (answer != null) {
                answers.put(question.id(), answer);
            }
        }
        return answers;
    }

    private @Nullable String value(Question question) throws InterruptedException {
        String offered = question.defaultValue();
        String prompt = offered == null || question.secret() ? "> " : "[" + dialog.brief(offered) + "] > ";
        while (true) {
            String typed = dialog.ask(prompt);
            if (typed.isBlank()) {
                if (offered != null || !question.required()) {
                    return null;
                }
                dialog.say("  ! a value is required");
                continue;
            }
            String problem = question.problem(typed);
            if (problem == null) {
                return typed;
            }
            dialog.say("  ! " + dialog.brief(problem));
        }
    }
}
