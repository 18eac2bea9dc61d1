package dev.mcpflux.cli.question;

import dev.mcpflux.cli.terminal.Echo;
import dev.mcpflux.host.variable.InputDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a person for a value that the configuration leaves open: a line, one that is not shown, or one of some options. */
final class InputQuestion {

    private final Dialog dialog;
    private final Echo echo;

    InputQuestion(Dialog dialog, Echo echo) {
        this.dialog = dialog;
        this.echo = echo;
    }

    /** The answer, or null if the person gives none. */
    @Nullable
    String ask(InputDefinition input, String server) throws InterruptedException {
        dialog.say("server '" + server + "' needs '" + input.id() + "'"
                + (input.file() == null ? "" : ", which " + input.file() + " asks for") + ":");
        dialog.quote(input.description());
        try {
            return input.kind() == InputDefinition.Kind.PICK_STRING ? chosen(input) : typed(input);
        } catch (Dialog.Ended e) {
            dialog.say("Not answered.");
            return null;
        }
    }

    private String typed(InputDefinition input) throws InterruptedException {
        String preset = input.preset();
        String shown = preset == null ? "" : input.password() ? " [a default that is not shown]" : " [" + preset + "]";
        while (true) {
            String answer = line(dialog.brief(input.id()) + shown + ": ", input.password());
            if (!answer.isEmpty()) {
                return answer;
            }
            if (preset != null) {
                return preset;
            }
            dialog.say("  ! type a value, or " + Dialog.CANCEL + " for none");
        }
    }

    private String line(String prompt, boolean hidden) throws InterruptedException {
        if (!hidden) {
            return dialog.ask(prompt);
        }
        if (!echo.hide()) {
            dialog.say("  ! this terminal shows what you type");
            return dialog.ask(prompt);
        }
        try {
            return dialog.ask(prompt);
        } finally {
            echo.show();
            // the line break that was typed is not shown either
            dialog.say("");
        }
    }

    private String chosen(InputDefinition input) throws InterruptedException {
        List<String> options = input.options();
        for (int i = 0; i < options.size(); i++) {
            dialog.say("  " + (i + 1) + "  " + dialog.brief(options.get(i))
                    + (options.get(i).equals(input.preset()) ? " (default)" : ""));
        }
        while (true) {
            String answer = dialog.ask("1 to " + options.size() + ": ").strip();
            if (answer.isEmpty() && input.preset() != null) {
                return input.preset();
            }
            if (options.contains(answer)) {
                return answer;
            }
            if (answer.matches("[1-9][0-9]{0,3}") && Integer.parseInt(answer) <= options.size()) {
                return options.get(Integer.parseInt(answer) - 1);
            }
            dialog.say("  ! type a number from 1 to " + options.size());
        }
    }
}
