package dev.mcpflux.cli.question;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.text.SafeText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers the questions of servers. Support for forms and addresses is always declared, because servers hide features
 * that need an undeclared capability. The answer comes from the person at the terminal, from the defaults of the form
 * ({@code --yes}), or is a refusal. Roots are those of {@code --root}. Sampling is not offered, because the command
 * line has no model.
 */
public final class QuestionHandlers {

    private final Output output;
    private final boolean defaults;
    private final boolean silent;
    private final @Nullable QuestionQueue person;

    /**
     * Chooses the source of the answers.
     *
     * @param defaults whether forms are answered with their defaults
     * @param silent whether everything is declined, at the user's request
     * @param person asks the person at the terminal, or null without a terminal
     */
    public QuestionHandlers(Output output, boolean defaults, boolean silent, @Nullable QuestionQueue person) {
        this.output = output;
        this.defaults = defaults;
        this.silent = silent;
        this.person = person;
    }

    public ClientHandlers handlers(List<Path> directories) {
        ClientHandlers.Builder handlers =
                ClientHandlers.builder().elicitation(this::form).urlElicitation(this::url);
        if (!directories.isEmpty()) {
            handlers.roots(directories.stream().map(QuestionHandlers::root).toList());
        }
        return handlers.build();
    }

    private static Roots.Root root(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new UsageException("--root takes a directory, found '" + directory + "'");
        }
        return Roots.Root.of(directory);
    }

    private Mono<Elicitation.ElicitResult> form(Question<Elicitation.ElicitParams> question) {
        if (defaults) {
            return Mono.fromSupplier(() -> byDefaults(question));
        }
        QuestionQueue asked = silent ? null : person;
        return asked == null ? Mono.fromSupplier(() -> decline(question)) : asked.form(question);
    }

    private Mono<Elicitation.ElicitResult> url(Question<Elicitation.ElicitParams> question) {
        if (defaults) {
            return Mono.fromSupplier(() -> {
                note(question, "declined, since only a person can open " + address(question));
                return Elicitation.ElicitResult.decline();
            });
        }
        QuestionQueue asked = silent ? null : person;
        return asked == null ? Mono.fromSupplier(() -> decline(question)) : asked.url(question);
    }

    /** Only the user can provide a value that is required and has no default. */
    private Elicitation.ElicitResult byDefaults(Question<Elicitation.ElicitParams> question) {
        List<FormField> fields = FormField.of(question.params().requestedSchema());
        String missing = fields.stream()
                .filter(field -> field.required() && field.fallback() == null)
                .map(FormField::name)
                .map(SafeText::line)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            note(question, "declined, since there is no default for what is required: " + missing);
            return Elicitation.ElicitResult.decline();
        }
        Map<String, Object> values = question.params().defaults();
        String accepted = values.entrySet().stream()
                .map(e -> SafeText.line(e.getKey() + "=" + e.getValue()))
                .collect(Collectors.joining(", "));
        note(question, values.isEmpty() ? "accepted" : "accepted with the defaults: " + accepted);
        return Elicitation.ElicitResult.accept(values);
    }

    private Elicitation.ElicitResult decline(Question<Elicitation.ElicitParams> question) {
        String url = question.params().form() ? "" : " (" + address(question) + ")";
        note(
                question,
                silent
                        ? "declined by --no-input" + url
                        : "declined, because there is no terminal to ask at" + url
                                + ": run at a terminal without --json, or use"
                                + " --yes for the defaults or --no-input for no");
        return Elicitation.ElicitResult.decline();
    }

    private static String address(Question<Elicitation.ElicitParams> question) {
        return SafeText.line(String.valueOf(question.params().url()));
    }

    private void note(Question<Elicitation.ElicitParams> question, String what) {
        output.note("mcpflux: " + question.server() + " asks: "
                + SafeText.line(String.valueOf(question.params().message())) + " - " + what);
    }
}
