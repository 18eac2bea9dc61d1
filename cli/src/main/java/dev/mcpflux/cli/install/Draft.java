package dev.mcpflux.cli.install;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry while it is put together. Its texts are templates: {@code ${input:ID}} stands for the answer to a question, and what
 * a publisher wrote is escaped, so that a text of a stranger reads no variable of the user. An array within {@code args} is a
 * group of words that are left out together.
 */
final class Draft {

    private static final int MAX_NOTE = 500;
    private static final int MAX_QUESTIONS = 200;

    private final ObjectNode entry;
    private final Map<String, Question> questions = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Draft(ObjectNode entry) {
        this.entry = entry;
    }

    Draft() {
        this(McpJson.mapper().createObjectNode());
    }

    ObjectNode entry() {
        return entry;
    }

    Draft put(String key, String template) {
        entry.put(key, template);
        return this;
    }

    /** The words after the command; made when it is first asked for. */
    ArrayNode args() {
        return entry.has("args") ? (ArrayNode) entry.get("args") : entry.putArray("args");
    }

    /** Adds words that hold no variables. */
    Draft words(String... words) {
        for (String word : words) {
            args().add(literal(word));
        }
        return this;
    }

    /** A member such as {@code env}; made when it is first asked for. */
    ObjectNode member(String key) {
        return entry.has(key) ? (ObjectNode) entry.get(key) : entry.putObject(key);
    }

    void note(String text) {
        String safe = SafeText.line(text, MAX_NOTE);
        if (!notes.contains(safe)) {
            notes.add(safe);
        }
    }

    /**
     * Adds a question.
     *
     * @return what stands for the answer, {@code ${input:ID}}
     */
    String ask(Question question) {
        if (questions.size() >= MAX_QUESTIONS) {
            throw new IllegalArgumentException("more than " + MAX_QUESTIONS + " values to ask for");
        }
        String base = question.id().replaceAll("[^A-Za-z0-9_.-]+", "_").replaceAll("^_+(?=.)|(?<=.)_+$", "");
        String wanted = base.isEmpty() ? "value" : base;
        String id = wanted;
        for (int n = 2; questions.containsKey(id); n++) {
            id = wanted + "_" + n;
        }
        questions.put(id, question.withId(id));
        return "${input:" + id + "}";
    }

    /** Adds a question under exactly this id, which the entry uses already; the first one counts. */
    void declare(Question question) {
        questions.putIfAbsent(question.id(), question);
    }

    List<Question> questions() {
        return List.copyOf(questions.values());
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** A text that holds no variables, whatever it looks like. */
    static String literal(String text) {
        return text.replace("${", "$${");
    }

    Proposal propose(String name) {
        return new Proposal(name, entry, questions(), notes(), null);
    }
}
