package dev.mcpflux.cli.install;

import dev.mcpflux.text.SafeText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that a new server needs from a person, or may be given. Its texts come from whoever published the server; they are
 * on one line each, of bounded length, and safe to show on a terminal.
 *
 * @param id names it among the questions of one {@link Proposal}
 * @param title a short text to show; the id where the publisher gave none
 * @param description what the value is for; may be empty
 * @param required whether there is no server without it
 * @param secret whether it must be neither shown nor written where others read it
 * @param multiple whether it takes several values, one a line
 * @param defaultValue the value without an answer, or null
 * @param choices the values that are allowed; all are if it is empty
 * @param min the smallest number that is allowed, or null
 * @param max the largest one, or null
 * @param targets where the value goes in the entry, as JSON pointers such as {@code /env/API_KEY}
 */
public record Question(
        String id,
        String title,
        String description,
        Type type,
        boolean required,
        boolean secret,
        boolean multiple,
        @Nullable String defaultValue,
        List<String> choices,
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        List<String> targets) {

    private static final int MAX_TITLE = 100;
    private static final int MAX_DESCRIPTION = 500;
    /** Longer numbers are no setting, and slow to read. */
    private static final int MAX_DIGITS = 40;

    /** What a value is. */
    public enum Type {
        STRING,
        NUMBER,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** The path of a file. */
        FILE,
        /** The path of a directory. */
        DIRECTORY
    }

    public Question {
        title = SafeText.line(title.isBlank() ? id : title, MAX_TITLE);
        description = SafeText.line(description, MAX_DESCRIPTION);
        choices = List.copyOf(choices);
        targets = List.copyOf(targets);
    }

    /** A question for one text, without a default. */
    static Question text(String id, String description, boolean required, boolean secret) {
        return new Question(
                id, "", description, Type.STRING, required, secret, false, null, List.of(), null, null, List.of());
    }

    Question withId(String other) {
        return new Question(
                other, title, description, type, required, secret, multiple, defaultValue, choices, min, max, targets);
    }

    Question withTargets(List<String> places) {
        return new Question(
                id, title, description, type, required, secret, multiple, defaultValue, choices, min, max, places);
    }

    /**
     * What is wrong with an answer, or null. The text says what was expected and does not quote the answer, which may be a
     * secret.
     *
     * @param answer one value; for a question that takes several, one of them
     */
    public @Nullable String problem(String answer) {
        if (answer.indexOf('\0') >= 0) {
            return "must not contain a NUL character";
        }
        if (!choices.isEmpty() && !choices.contains(answer)) {
            return "expected one of " + SafeText.line(String.join(", ", choices), MAX_DESCRIPTION);
        }
        return switch (type) {
            case STRING -> null;
            case BOOLEAN -> answer.equals("true") || answer.equals("false") ? null : "expected true or false";
            case NUMBER -> problemOfNumber(answer);
            case FILE, DIRECTORY -> answer.isBlank() ? "expected a path" : null;
        };
    }

    private @Nullable String problemOfNumber(String answer) {
        BigDecimal number;
        try {
            if (answer.length() > MAX_DIGITS) {
                return "expected a number of at most " + MAX_DIGITS + " characters";
            }
            number = new BigDecimal(answer.strip());
        } catch (NumberFormatException e) {
            return "expected a number";
        }
        if (min != null && number.compareTo(min) < 0) {
            return "expected a number of at least " + min.toPlainString();
        }
        if (max != null && number.compareTo(max) > 0) {
            return "expected a number of at most " + max.toPlainString();
        }
        return null;
    }

    /** Shows no default of a secret. */
    @Override
    public String toString() {
        return "Question[" + id + ", " + type.name().toLowerCase(Locale.ROOT) + (required ? ", required" : "")
                + (secret ? ", secret" : defaultValue == null ? "" : ", default " + Objects.toString(defaultValue))
                + ", to " + targets + "]";
    }
}
