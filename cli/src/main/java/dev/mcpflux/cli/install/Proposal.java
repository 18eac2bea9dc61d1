package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that may be added: its name, its entry, and what has to be asked before. Immutable. {@link #with} makes the entry
 * that is written.
 */
public final class Proposal {

    /** An answer that is one reference, and so is no text of its own. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?:env|secret|input):[A-Za-z0-9_.-]+}");

    private final String name;
    private final ObjectNode draft;
    private final List<Question> questions;
    private final List<String> notes;
    private final BundleStore.@Nullable Unpacked bundle;

    Proposal(
            String name,
            ObjectNode draft,
            List<Question> questions,
            List<String> notes,
            BundleStore.@Nullable Unpacked bundle) {
        this.name = name;
        this.draft = draft;
        // an answer that goes nowhere need not be asked for
        this.questions = questions.stream()
                .map(question -> question.withTargets(targets(draft, question.id())))
                .filter(question -> !question.targets().isEmpty())
                .toList();
        this.notes = List.copyOf(notes);
        this.bundle = bundle;
    }

    private static List<String> targets(ObjectNode draft, String id) {
        List<String> targets = new ArrayList<>();
        EntryTemplate.visit(draft, "", (pointer, text) -> {
            if (EntryTemplate.inputs(text).contains(id)) {
                targets.add(pointer);
            }
        });
        return targets;
    }

    Proposal of(BundleStore.Unpacked unpacked) {
        return new Proposal(name, draft, questions, notes, unpacked);
    }

    /** The same with another entry; what it no longer has a place for is not asked for. */
    Proposal change(Consumer<ObjectNode> change) {
        ObjectNode changed = draft.deepCopy();
        change.accept(changed);
        return new Proposal(name, changed, questions, notes, bundle);
    }

    /** What the server may be called. The caller makes it unique. */
    public String name() {
        return name;
    }

    /** The same server under another name. */
    public Proposal named(String other) {
        return new Proposal(other, draft, questions, notes, bundle);
    }

    /** The entry with {@code ${input:ID}} in the place of each answer. */
    public ObjectNode entry() {
        return EntryTemplate.filled(draft, Map.of());
    }

    /** What has to be asked, or may be, in the order of the publisher. */
    public List<Question> questions() {
        return questions;
    }

    /** What a person should know before the server is added, each on one line, safe to show. */
    public List<String> notes() {
        return notes;
    }

    /**
     * The final entry; secrets become {@code ${secret:NAME}}.
     *
     * @see #with(Map, SecretForm)
     */
    public Installation with(Map<String, String> answers) {
        return with(answers, SecretForm.SECRET);
    }

    /**
     * The final entry.
     *
     * <p>A question without an answer takes its default. An empty answer means that there is no value, not even the default. An
     * answer is taken as it is, except that one which is nothing but a reference ({@code ${env:NAME}}, {@code ${secret:NAME}},
     * {@code ${input:NAME}}) stays one. A required secret may have no answer unless secrets are written plainly: then it is
     * stored later.
     *
     * @param answers by the ids of the questions; several values of one question are lines
     * @param form how secrets are written
     * @throws McpConfigurationException if an answer is missing, not allowed, or to no question; the message quotes no answer
     */
    public Installation with(Map<String, String> answers, SecretForm form) {
        Set<String> known = questions.stream().map(Question::id).collect(Collectors.toCollection(TreeSet::new));
        for (String id : answers.keySet()) {
            if (!known.contains(id)) {
                throw problem("no value '" + id + "' is asked for"
                        + (known.isEmpty() ? "; there is none to give" : "; expected " + String.join(", ", known)));
            }
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        Answering answering = new Answering(form);
        for (Question question : questions) {
            List<String> texts = answering.texts(question, answers.get(question.id()));
            if (texts.isEmpty() && question.required()) {
                missing.add(question.id());
            }
            values.put(question.id(), texts);
        }
        if (!missing.isEmpty()) {
            throw problem("a value is needed for " + String.join(", ", missing));
        }
        ObjectNode entry = EntryTemplate.filled(draft, values);
        EntryCheck.url(name, entry);
        return new Installation(name, entry, answering.inputs, answering.secrets, notes);
    }

    private McpConfigurationException problem(String problem) {
        return new McpConfigurationException(name, problem);
    }

    /**
     * Removes what was put on the disk for this proposal, for one that is not accepted. What was there before stays.
     *
     * @return completes when it is removed, at once if nothing was put there; fails if it cannot be removed. Cancelling it
     *     stops the waiting; what is left over is removed with the next bundle.
     */
    public Mono<Void> discard() {
        return bundle == null ? Mono.empty() : bundle.discard();
    }

    /** Shows no entry, which may hold secrets. */
    @Override
    public String toString() {
        return "Proposal[" + name + ", " + questions.size() + " questions]";
    }

    /** The answers as templates, and what has to be stored for them. */
    private final class Answering {

        final SecretForm form;
        final List<ObjectNode> inputs = new ArrayList<>();
        final List<Installation.StoredSecret> secrets = new ArrayList<>();

        Answering(SecretForm form) {
            this.form = form;
        }

        List<String> texts(Question question, @Nullable String answer) {
            boolean stored = question.secret() && form != SecretForm.PLAIN;
            String given = answer == null ? question.defaultValue() : answer;
            if (given == null && stored && question.required()) {
                return List.of(store(question, "", null));
            }
            if (given == null || given.isEmpty()) {
                return List.of();
            }
            List<String> lines = question.multiple() ? given.lines().toList() : List.of(given);
            List<String> texts = new ArrayList<>();
            for (String line : lines) {
                if (REFERENCE.matcher(line).matches() && answer != null) {
                    texts.add(line);
                    continue;
                }
                String problem = question.problem(line);
                if (problem != null) {
                    throw problem("the value of " + question.id() + ": " + problem);
                }
                String number = texts.isEmpty() ? "" : "_" + (texts.size() + 1);
                texts.add(stored ? store(question, number, line) : Draft.literal(line));
            }
            return texts;
        }

        private String store(Question question, String number, @Nullable String value) {
            String place = form.nameOf(name, question.id() + number);
            secrets.add(new Installation.StoredSecret(form, place, question.id(), value));
            if (form == SecretForm.INPUT) {
                String about = question.description().isEmpty() ? question.title() : question.description();
                inputs.add(McpJson.mapper()
                        .createObjectNode()
                        .put("type", "promptString")
                        .put("id", place)
                        .put("description", SafeText.line(about))
                        .put("password", true));
            }
            return form.reference(place);
        }
    }
}
