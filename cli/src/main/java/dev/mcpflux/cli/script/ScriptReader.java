package dev.mcpflux.cli.script;

import dev.mcpflux.cli.argument.ArgumentWords;
import dev.mcpflux.cli.argument.InputText;
import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a script: one call a line, either the words that {@code mcpflux call} takes, with the quotes of a shell, or a JSON
 * object with {@code tool} and {@code arguments}. Empty lines and what follows a {@code #} at the begin of a word are
 * skipped. No shell is involved: nothing is expanded but references to earlier results.
 */
public final class ScriptReader {

    private static final int MAX_CALLS = 10_000;
    private static final int MAX_PROBLEMS = 20;

    private final String name;
    private final InputText input;
    private final List<ScriptCall> calls = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<Integer> lines = new LinkedHashSet<>();

    private ScriptReader(String name, InputText input) {
        this.name = name;
        this.input = input;
    }

    /**
     * Reads a script, and the files that its lines name. Blocks.
     *
     * @param name of the script, for messages
     * @throws UsageException with the problems of all lines
     */
    public static List<ScriptCall> read(String name, String text, InputText input) {
        ScriptReader reader = new ScriptReader(name, input);
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            reader.read(i + 1, lines.get(i).strip());
        }
        if (reader.problems.isEmpty() && reader.calls.isEmpty()) {
            throw new UsageException(name + " holds no call");
        }
        report(reader.problems);
        return reader.calls;
    }

    /** @throws UsageException if there are problems */
    public static void report(List<String> problems) {
        if (problems.size() > MAX_PROBLEMS) {
            throw new UsageException(String.join("\n", problems.subList(0, MAX_PROBLEMS)) + "\n… and "
                    + (problems.size() - MAX_PROBLEMS) + " more");
        }
        if (!problems.isEmpty()) {
            throw new UsageException(String.join("\n", problems));
        }
    }

    private void read(int line, String text) {
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        try {
            if (calls.size() == MAX_CALLS) {
                throw new UsageException("there are more than " + MAX_CALLS + " calls");
            }
            ScriptCall call = text.startsWith("{") ? json(line, text) : words(line, text);
            calls.add(call);
        } catch (UsageException e) {
            problems.add(name + ":" + line + ": " + e.getMessage());
        }
        // a line with a problem may be referred to all the same
        lines.add(line);
    }

    private ScriptCall words(int line, String text) {
        List<String> words = new ArrayList<>(ShellWords.split(text, true));
        String tool = words.remove(0);
        String args = null;
        for (int i = 0; i < words.size(); ) {
            String word = words.get(i);
            if (word.startsWith("--args=")) {
                args = word.substring("--args=".length());
                words.remove(i);
            } else if (word.equals("--args") && i + 1 < words.size()) {
                args = words.get(i + 1);
                words.subList(i, i + 2).clear();
            } else if (word.startsWith("--")) {
                throw new UsageException("'" + word + "' is not taken here; options other than --args JSON stand behind"
                        + " 'mcpflux run'");
            } else {
                i++;
            }
        }
        ArgumentWords given = ArgumentWords.read(args, words, input);
        return new ScriptCall(line, tool, given, null, references(given.written()));
    }

    private ScriptCall json(int line, String text) {
        String problem = JsonText.problem(text);
        JsonNode read = JsonText.tryRead(text);
        if (problem != null || !(read instanceof ObjectNode call)) {
            throw new UsageException("it is not a JSON object: " + problem);
        }
        JsonNode tool = call.get("tool");
        JsonNode arguments = call.get("arguments");
        for (String member : call.propertyNames()) {
            if (!member.equals("tool") && !member.equals("arguments")) {
                throw new UsageException("\"" + member + "\" is not known; a line has \"tool\" and \"arguments\"");
            }
        }
        if (tool == null || !tool.isString() || tool.stringValue().isEmpty()) {
            throw new UsageException("\"tool\" has to be the name of a tool");
        }
        if (arguments != null && !arguments.isObject()) {
            throw new UsageException("\"arguments\" has to be an object");
        }
        List<String> texts = new ArrayList<>();
        texts(arguments, texts);
        return new ScriptCall(line, tool.stringValue(), null, (ObjectNode) arguments, references(texts));
    }

    private static void texts(@Nullable JsonNode node, List<String> texts) {
        if (node != null && node.isString()) {
            texts.add(node.stringValue());
        } else if (node != null) {
            node.forEach(each -> texts(each, texts));
        }
    }

    private Set<Integer> references(Collection<String> texts) {
        Set<Integer> referred = new LinkedHashSet<>();
        for (String text : texts) {
            for (ResultReference reference : ResultReference.in(text)) {
                if (!lines.contains(reference.line())) {
                    throw new UsageException("it refers to line " + reference.line() + ", which is no earlier call");
                }
                referred.add(reference.line());
            }
        }
        return referred;
    }
}
