package dev.mcpflux.cli.question;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;

/**
 * Asks a person whether a tool may be called, and shows what would be sent: on the line of the question where it fits, else
 * line by line above it, so that nothing of a value hides behind the edge of the terminal.
 */
final class ApprovalAsker {

    private static final String CHOICES = "? [y/N/always] ";
    /** In characters; what is longer is shortened, and the person sees that it is. */
    private static final int MAX_SHOWN = 20_000;

    private final Dialog dialog;

    ApprovalAsker(Dialog dialog) {
        this.dialog = dialog;
    }

    Approval ask(ApprovalQuestion question) throws InterruptedException {
        String tool = dialog.brief(
                question.tool() == null
                        ? question.call().subject()
                        : question.tool().name());
        // quotes and braces of JSON tell where a value ends
        String arguments = SafeText.line(SafeText.json(question.arguments().toString()));
        String line = "Call " + tool + (question.arguments().isEmpty() ? "" : " " + arguments) + CHOICES;
        if (TextColumns.width(line) < dialog.columns()) {
            return answer(line, tool);
        }
        dialog.say("Call " + tool + " with:");
        dialog.quote(SafeText.shortened(
                SafeText.json(McpJson.mapper()
                        .writer()
                        .with(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(question.arguments())),
                MAX_SHOWN));
        return answer("Call it" + CHOICES, tool);
    }

    private Approval answer(String prompt, String tool) throws InterruptedException {
        try {
            while (true) {
                switch (dialog.ask(prompt).strip().toLowerCase(Locale.ROOT)) {
                    case "y", "yes" -> {
                        return new Approval(true, Approval.Scope.ONCE, "approved at the terminal");
                    }
                    case "a", "always" -> {
                        return new Approval(true, Approval.Scope.TOOL, "approved at the terminal for this tool");
                    }
                    case "", "n", "no" -> throw new Dialog.Ended(true);
                    default -> dialog.say("  ! type y, n, or always for all calls of " + tool + " in this run");
                }
            }
        } catch (Dialog.Ended e) {
            return Approval.denied(e.declined() ? "declined at the terminal" : "nobody answered at the terminal");
        }
    }
}
