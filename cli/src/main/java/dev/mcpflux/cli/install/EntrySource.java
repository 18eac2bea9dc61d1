package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry that is written out as JSON: alone, under its name, or as the only server of a whole file; with {@code inputs} as in
 * VS Code beside it.
 */
final class EntrySource {

    /** Keys of which an entry has one. */
    private static final List<String> REACHED_BY = List.of("command", "url", "httpUrl", "serverUrl");

    private static final List<String> ROOTS = List.of("mcpServers", "servers");

    private EntrySource() {}

    /**
     * Reads an entry.
     *
     * @param name what the server is called; null to take it from the JSON, or else from the entry
     * @param inputs the questions that came beside the JSON, or null
     * @throws McpConfigurationException if it is no entry of one server
     */
    static Proposal read(SourceNode document, @Nullable String name, @Nullable SourceNode inputs) {
        Named found = find(document);
        ObjectNode entry = found.entry.object().deepCopy();
        String own = entry.path("name").isString() ? entry.path("name").asString() : null;
        entry.remove("name");
        entry.remove("inputs");
        Draft draft = new Draft(entry);
        splitCommand(draft, found.entry);
        for (SourceNode holder : List.of(document, found.entry)) {
            holder.list("inputs").forEach(input -> declare(draft, input));
        }
        if (inputs != null) {
            inputs.list("inputs").forEach(input -> declare(draft, input));
        }
        Set<String> used = new TreeSet<>();
        EntryTemplate.visit(entry, "", (pointer, text) -> used.addAll(EntryTemplate.inputs(text)));
        // what nothing declares is asked for as well: the server does not start without it
        used.forEach(id -> draft.declare(Question.text(id, "", true, looksSecret(id))));
        EntryCheck.warn(draft);
        String chosen = name != null ? name : found.name != null ? found.name : own;
        return draft.propose(chosen != null && !chosen.isBlank() ? NameSuggestion.safe(chosen) : suggested(entry));
    }

    /** An entry and the name that it stands under, if any. */
    private record Named(@Nullable String name, SourceNode entry) {}

    private static Named find(SourceNode document) {
        for (String root : ROOTS) {
            if (document.has(root)) {
                return only(document.members(root), document.at(root));
            }
        }
        if (REACHED_BY.stream().anyMatch(document::has)) {
            return new Named(null, document);
        }
        return only(document.members(), document);
    }

    private static Named only(Map<String, SourceNode> servers, SourceNode holder) {
        if (servers.size() != 1) {
            throw holder.problem(
                    "expected one server, found " + (servers.isEmpty() ? "none" : servers.size() + "; add one by one"));
        }
        Map.Entry<String, SourceNode> server = servers.entrySet().iterator().next();
        SourceNode entry = server.getValue();
        entry.object();
        if (REACHED_BY.stream().noneMatch(entry::has)) {
            throw entry.problem("expected \"command\", the program that is the server, or \"url\", its address");
        }
        return new Named(server.getKey(), entry);
    }

    /** Some links write a whole command line into the command. */
    private static void splitCommand(Draft draft, SourceNode from) {
        ObjectNode entry = draft.entry();
        JsonNode command = entry.path("command");
        if (entry.has("command") && !command.isString()) {
            throw from.at("command").problem("expected a text, found " + SourceNode.kind(command));
        }
        String text = command.asString("");
        if (entry.path("args").isEmpty() && text.matches("[A-Za-z0-9_.-]+( +[^\\s'\"\\\\`$|&;<>()]+)+")) {
            String[] words = text.split(" +");
            entry.put("command", words[0]);
            entry.putArray("args");
            for (int i = 1; i < words.length; i++) {
                draft.args().add(words[i]);
            }
            draft.note("the command held its arguments; they are written into \"args\"");
        }
    }

    private static void declare(Draft draft, SourceNode input) {
        String id = input.requiredText("id");
        String type = input.text("type", "promptString");
        if (type.equals("command")) {
            draft.note("the value of '" + id
                    + "' comes from a command of the editor that the link was made for; give it" + " yourself");
        } else if (!type.equals("promptString") && !type.equals("pickString")) {
            throw input.at("type").problem("expected \"promptString\", \"pickString\" or \"command\"");
        }
        String otherwise = input.text("default");
        draft.declare(new Question(
                id,
                input.prose("title"),
                input.prose("description"),
                Question.Type.STRING,
                otherwise == null || otherwise.isEmpty(),
                input.flag("password"),
                false,
                otherwise,
                options(input),
                null,
                null,
                List.of()));
    }

    private static List<String> options(SourceNode input) {
        return input.list("options").stream()
                .map(option -> option.node().isObject() ? option.requiredText("value") : option.text())
                .toList();
    }

    static boolean looksSecret(String id) {
        return id.matches(
                "(?i).*(?:token|secret|password|passwd|api[-_ ]?key|access[-_ ]?key|credentials?|private[-_ ]?key|authorization)");
    }

    private static String suggested(ObjectNode entry) {
        for (String key : List.of("url", "httpUrl", "serverUrl")) {
            String url = entry.path(key).asString("");
            if (EntryCheck.isHttp(url)) {
                return NameSuggestion.ofUrl(url);
            }
        }
        List<String> words = new ArrayList<>(List.of(entry.path("command").asString("server")));
        entry.path("args").forEach(word -> words.add(word.asString("")));
        return NameSuggestion.ofCommand(words);
    }
}
