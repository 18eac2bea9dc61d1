package dev.mcpflux.cli.config;

import dev.mcpflux.cli.install.InstallSource;
import dev.mcpflux.cli.install.Installation;
import dev.mcpflux.cli.install.Proposal;
import dev.mcpflux.cli.install.Question;
import dev.mcpflux.cli.install.SecretForm;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.question.Dialog;
import dev.mcpflux.host.config.Durations;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.DocumentEditException;
import dev.mcpflux.host.variable.SecretStores;
import dev.mcpflux.jsonrpc.McpJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/** Adds a server to a file, and says what was written where. Blocks. */
public final class ServerAdder {

    private final ConfigSources sources;
    private final Output output;
    private final Supplier<@Nullable Dialog> person;

    /** @param person who answers questions; null where nobody does */
    public ServerAdder(ConfigSources sources, Output output, Supplier<@Nullable Dialog> person) {
        this.sources = sources;
        this.output = output;
        this.person = person;
    }

    /**
     * Adds a server.
     *
     * @throws UsageException if the person has to say something else
     */
    public void add(InstallSource source, AddRequest request) {
        if (request.scope() != null && sources.isNamed()) {
            throw new UsageException("-c names the file, so --scope has nothing to say");
        }
        Proposal proposal = Objects.requireNonNull(source.propose().block());
        boolean kept = false;
        try {
            kept = add(proposal, request);
        } finally {
            if (!kept) {
                proposal.discard().block();
            }
        }
    }

    private boolean add(Proposal proposal, AddRequest request) {
        String problem = EntryWords.problemOfName(proposal.name());
        if (problem != null) {
            throw new UsageException(problem);
        }
        Path path = sources.target(request.scope());
        ServerFileEditor editor = ServerFileEditor.open(path, sources.form(), sources.here());
        Installation installation = proposal.with(answers(proposal, request), request.secrets());
        ObjectNode entry = installation.entry().deepCopy();
        if (request.lazy()) {
            entry.put("lazy", true);
        }
        if (request.required()) {
            entry.put("required", true);
        }
        if (request.timeout() != null) {
            entry.put("timeout", Durations.text(request.timeout()));
        }
        List<String> notes = new ArrayList<>(installation.notes());
        ServerDefinition server = editor.define(proposal.name(), entry, notes);
        FormWriter.Written written = editor.written(server, entry, request.ownKeys());
        if (!written.lost().isEmpty()) {
            boolean helps = !request.ownKeys()
                    && editor.written(server, entry, true).lost().isEmpty();
            throw new UsageException("nothing is written: the form of " + path + " ("
                    + editor.form().title() + ") cannot say " + String.join(", ", written.lost())
                    + (helps ? "; --own-keys writes it under \"mcpflux\", which only mcpflux reads" : ""));
        }
        EntryPlace before = editor.places().get(server.name());
        boolean same = before != null && before.entry().equals(written.entry());
        if (before != null && !same && !request.force()) {
            throw new UsageException(
                    "there is a server '" + server.name() + "' in " + path + "; --force replaces it",
                    new Hint("mcpflux get " + server.name(), "to see it"));
        }
        declare(editor, installation, notes);
        notes.addAll(oddities(entry, server));
        try {
            editor.put(server, written.entry());
        } catch (DocumentEditException e) {
            throw ServerChange.refused(path, e, output);
        }
        if (!request.dryRun()) {
            editor.write();
            approve(path, server.name(), notes);
        }
        String done =
                request.dryRun() ? "would be added" : same ? "already there" : before == null ? "added" : "replaced";
        report(done, server.name(), path, editor, written.entry(), notes, installation);
        return !request.dryRun();
    }

    private Map<String, String> answers(Proposal proposal, AddRequest request) {
        Map<String, String> answers = new LinkedHashMap<>(request.answers());
        List<Question> open = proposal.questions().stream()
                .filter(question ->
                        !answers.containsKey(question.id()) && InstallDialog.isAsked(question, request.secrets()))
                .toList();
        if (open.isEmpty()) {
            return answers;
        }
        Dialog dialog = person.get();
        if (dialog == null) {
            String missing = open.stream()
                    .filter(question -> question.required() && question.defaultValue() == null)
                    .map(question -> "--answer " + question.id() + "=VALUE")
                    .collect(Collectors.joining(" "));
            if (!missing.isEmpty()) {
                throw new UsageException("there is no terminal to ask at; these answers are needed: " + missing);
            }
            return answers;
        }
        try {
            answers.putAll(new InstallDialog(dialog).ask(proposal, answers, request.secrets()));
        } catch (Dialog.Ended e) {
            throw new UsageException("cancelled; nothing is written");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException("interrupted; nothing is written");
        }
        return answers;
    }

    private static void declare(ServerFileEditor editor, Installation installation, List<String> notes) {
        for (ObjectNode input : installation.inputs()) {
            if (editor.hasInputs()) {
                editor.input(input);
            } else {
                notes.add("the form of the file declares no inputs, so "
                        + input.path("id").asString("") + " is asked for without a description");
            }
        }
    }

    /** What a person may not have meant. */
    private List<String> oddities(ObjectNode entry, ServerDefinition server) {
        List<String> notes = new ArrayList<>();
        EntryWords.hiddenWhiteSpace(entry)
                .forEach(place -> notes.add("warning: " + place + " has white space or characters that nobody sees"));
        EntrySecrets.plain(entry, dev.mcpflux.host.variable.VariableStyle.MCPFLUX)
                .forEach(secret -> notes.add("warning: " + secret.shown()
                        + " is a secret in plain text; '${NAME}' takes it from the environment, '${secret:NAME}' from the"
                        + " keychain"));
        Variables.unset(server, sources.here().variables())
                .forEach(variable -> notes.add("warning: the environment variable " + variable + " is not set"));
        return notes;
    }

    private void approve(Path path, String name, List<String> notes) {
        if (sources.scopeOf(path) != Scope.PROJECT) {
            return;
        }
        OwnApproval.Outcome outcome = OwnApproval.approve(path, List.of(name), sources.here());
        if (!outcome.approved().isEmpty()) {
            notes.add("approved for you, since you have added it; others are asked before it is started");
        }
        outcome.refused().forEach(refusal -> notes.add("warning: it will not be started: " + refusal));
    }

    private void report(
            String done,
            String name,
            Path path,
            ServerFileEditor editor,
            ObjectNode entry,
            List<String> notes,
            Installation installation) {
        JsonNode masked = EntrySecrets.masked(entry, editor.form().variables());
        List<String> secrets = installation.secrets().stream()
                .filter(secret -> secret.form() != SecretForm.PLAIN)
                .map(ServerAdder::secret)
                .toList();
        if (output.json()) {
            ObjectNode document = McpJson.mapper()
                    .createObjectNode()
                    .put("server", name)
                    .put("outcome", done)
                    .put("file", path.toString())
                    .put("scope", sources.scopeOf(path).word());
            document.set("entry", masked);
            document.set("notes", McpJson.mapper().valueToTree(notes));
            document.set("secrets", McpJson.mapper().valueToTree(secrets));
            output.document(document);
            return;
        }
        output.line(done + ": " + name + " (" + path + ")");
        McpJson.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(masked)
                .lines()
                .forEach(line -> output.line("  " + line));
        notes.forEach(note -> output.note("mcpflux: " + note));
        secrets.forEach(secret -> output.note("mcpflux: " + secret));
    }

    private static String secret(Installation.StoredSecret secret) {
        String unstored = secret.value() == null ? "" : " (your answer is not written anywhere)";
        return switch (secret.form()) {
            case ENV -> "set the environment variable " + secret.name() + " before it is started" + unstored;
            case SECRET ->
                "the secret " + secret.name() + " is looked up when it is started; " + SecretStores.hint(secret.name())
                        + unstored;
            case INPUT -> secret.name() + " is asked for when it is started" + unstored;
            case PLAIN -> "";
        };
    }
}
