package dev.mcpflux.cli.question;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.protocol.Elicitation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a person for the values of a form, property by property, and validates each at once, because a server that
 * rejected the form at its end would make the person type it again. The server is named, the values can be reviewed
 * before they are sent, and the person can decline at any time (specification: client/elicitation, user interaction
 * model).
 */
final class FormAsker {

    private static final int MAX_SHOWN = 200;

    private final Dialog dialog;

    FormAsker(Dialog dialog) {
        this.dialog = dialog;
    }

    Elicitation.ElicitResult ask(Question<Elicitation.ElicitParams> question) throws InterruptedException {
        try {
            return fill(question);
        } catch (Dialog.Ended e) {
            dialog.say(e.declined() ? "Declined." : "Cancelled.");
            return e.declined() ? Elicitation.ElicitResult.decline() : Elicitation.ElicitResult.cancel();
        }
    }

    private Elicitation.ElicitResult fill(Question<Elicitation.ElicitParams> question) throws InterruptedException {
        List<FormField> fields = FormField.of(question.params().requestedSchema());
        dialog.say(question.server() + " asks:");
        dialog.quote(question.params().message());
        dialog.say("(Enter takes what is in brackets. " + Dialog.DECLINE + " refuses; " + Dialog.CANCEL
                + " or Ctrl-D cancels.)");
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            FormField field = fields.get(i);
            introduce(field, (i + 1) + "/" + fields.size() + " ");
            Object value = value(field);
            if (value != null) {
                values.put(field.name(), value);
            }
        }
        dialog.say("");
        review(question.server(), fields, values);
        return send(values);
    }

    private void introduce(FormField field, String number) {
        dialog.say("");
        dialog.say(number + dialog.brief(field.label()) + " (" + String.join(", ", hints(field)) + ")");
        if (field.description() != null) {
            dialog.quote(field.description());
        }
        boolean numbered = FieldChoice.numbered(field.choices());
        for (int i = 0; i < Math.min(MAX_SHOWN, field.choices().size()); i++) {
            String label = dialog.brief(field.choices().get(i).label());
            dialog.say(numbered ? String.format(Locale.ROOT, "  %2d  %s", i + 1, label) : "  -  " + label);
        }
        if (field.choices().size() > MAX_SHOWN) {
            dialog.say("  (These are " + MAX_SHOWN + " of " + field.choices().size() + ".)");
        }
    }

    private static List<String> hints(FormField field) {
        List<String> hints = new ArrayList<>();
        String format = FormatDescription.describe(field.schema().path("format").asString(""));
        hints.add(
                switch (field.type()) {
                    case TEXT -> field.choices().isEmpty() ? format.isEmpty() ? "text" : format : "one of these";
                    case INTEGER -> "whole number";
                    case NUMBER -> "number";
                    case BOOLEAN -> "yes or no";
                    case SEVERAL ->
                        field.choices().isEmpty() ? "texts, separated by commas" : "some of these, separated by commas";
                    case JSON -> "JSON";
                });
        hints.add(LimitsText.describe(field));
        hints.add(
                field.required()
                        ? "required"
                        : FieldInput.offered(field) == null ? "optional: Enter leaves it out" : "");
        hints.removeIf(String::isEmpty);
        return hints;
    }

    /** Asks until there is a valid value; null if the person leaves it out. */
    private @Nullable Object value(FormField field) throws InterruptedException {
        Object offered = FieldInput.offered(field);
        String prompt = offered == null ? "> " : "[" + dialog.brief(field.show(offered)) + "] > ";
        while (true) {
            String typed = dialog.ask(prompt);
            if (typed.isBlank()) {
                if (offered != null || !field.required()) {
                    return offered;
                }
                dialog.say("  ! a value is required");
                continue;
            }
            FieldInput reading = FieldInput.of(field, typed);
            if (reading.problem() == null) {
                return reading.value();
            }
            dialog.say("  ! " + dialog.brief(reading.problem()));
        }
    }

    private void review(String server, List<FormField> fields, Map<String, Object> values) {
        dialog.say(values.isEmpty() ? "Only your consent is sent to " + server + "." : "This goes to " + server + ":");
        int width = fields.stream()
                .filter(field -> values.containsKey(field.name()))
                .mapToInt(field -> TextColumns.width(dialog.brief(field.label())))
                .max()
                .orElse(0);
        for (FormField field : fields) {
            Object value = values.get(field.name());
            if (value != null) {
                String label = dialog.brief(field.label());
                String shown = field.show(value);
                String row = "  " + label + " ".repeat(width - TextColumns.width(label) + 2) + shown;
                if (dialog.fits(TextColumns.width(row))) {
                    dialog.say(row);
                } else {
                    // in full: nothing is sent that was not shown
                    dialog.say("  " + label);
                    dialog.quote(shown);
                }
            }
        }
    }

    private Elicitation.ElicitResult send(Map<String, Object> values) throws InterruptedException {
        while (true) {
            switch (dialog.ask("Send? [Y/n/c] ").strip().toLowerCase(Locale.ROOT)) {
                case "", "y", "yes" -> {
                    return Elicitation.ElicitResult.accept(values);
                }
                case "n", "no" -> throw new Dialog.Ended(true);
                case "c", "cancel" -> throw new Dialog.Ended(false);
                default -> dialog.say("  ! type y to send it, n to decline, c to cancel");
            }
        }
    }
}
