package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of one call: built from the words of a person, typed by the tool's input schema, with everything that is
 * wrong with them.
 */
public final class ToolArguments {

    private final SchemaTypes types;
    private final References references;
    private final List<String> problems = new ArrayList<>();
    /** The arguments that have a problem already. */
    private final Set<String> wrong = new HashSet<>();
    /** Whether an object could not be read, so that nothing is known to be missing. */
    private boolean unreadable;

    private ObjectNode value = JsonNodeFactory.instance.objectNode();

    private ToolArguments(Tool tool, References references) {
        this.types = new SchemaTypes(tool.inputSchema());
        this.references = references;
    }

    /** The arguments that the words stand for. */
    public static ToolArguments of(Tool tool, ArgumentWords words, References references) {
        ToolArguments arguments = new ToolArguments(tool, references);
        arguments.problems.addAll(words.problems());
        words.unread()
                .forEach(key -> arguments.wrong.add(
                        ArgumentPath.of(key, arguments.types).names().get(0)));
        arguments.build(words);
        return arguments;
    }

    /** The arguments of an object, with references in its texts replaced. */
    public static ToolArguments of(Tool tool, ObjectNode object, References references) {
        ToolArguments arguments = new ToolArguments(tool, references);
        arguments.take(() -> object, true);
        return arguments;
    }

    /** The arguments; without those that cannot be read. */
    public ObjectNode value() {
        return value;
    }

    /** What is wrong with the words themselves, one text each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What is wrong, with what the schema does not allow: missing and unknown arguments, types and values. */
    public List<String> allProblems() {
        List<String> all = new ArrayList<>(problems);
        if (!unreadable) {
            all.addAll(new ArgumentCheck(types).problems(value, wrong));
        }
        return all;
    }

    private interface ObjectSource {
        ObjectNode get();
    }

    private void take(ObjectSource source, boolean refers) {
        try {
            ObjectNode object = source.get();
            if ((refers ? resolved(object) : object) instanceof ObjectNode taken) {
                value = taken;
            }
        } catch (UsageException e) {
            problems.add(e.getMessage());
            unreadable = true;
        }
    }

    private void build(ArgumentWords words) {
        String object = words.object();
        if (object != null) {
            take(() -> object(object, words.source()), words.objectIsWritten());
        }
        Set<String> seen = new HashSet<>();
        for (ArgumentWords.ReadWord word : words.words()) {
            ArgumentPath path = ArgumentPath.of(word.word().key(), types);
            try {
                add(word, path, seen.add(path.text()));
            } catch (UsageException e) {
                problems.add(e.getMessage());
                wrong.add(path.names().get(0));
            }
        }
    }

    private void add(ArgumentWords.ReadWord word, ArgumentPath path, boolean first) {
        JsonNode added = word.word().json() ? json(word, path) : typed(word, path);
        if (first) {
            path.set(value, added, types);
        } else if (path.get(value) instanceof ArrayNode array) {
            // a repeated key adds to a list
            (added.isArray() ? added : JsonNodeFactory.instance.arrayNode().add(added)).forEach(array::add);
        } else if (!wrong.contains(path.names().get(0))) {
            throw new UsageException("'" + path.text() + "' is given twice");
        }
    }

    private JsonNode typed(ArgumentWords.ReadWord word, ArgumentPath path) {
        TypedText typed = new TypedText(types);
        if (word.word().source() == ArgumentWord.Source.WORD) {
            return typed.value(path.text(), references.text(word.content()), path.schemas());
        }
        // what is read elsewhere is a text, unless the schema wants another type
        return types.types(path.schemas()).isEmpty()
                ? JsonNodeFactory.instance.stringNode(word.content())
                : typed.value(path.text(), word.content(), path.schemas());
    }

    private JsonNode json(ArgumentWords.ReadWord word, ArgumentPath path) {
        boolean written = word.word().source() == ArgumentWord.Source.WORD;
        JsonNode whole = written ? references.value(word.content()) : null;
        if (whole != null) {
            return whole;
        }
        JsonNode read = json(word.content(), "'" + path.text() + "'");
        return written ? resolved(read) : read;
    }

    private static ObjectNode object(String text, String source) {
        String problem = JsonText.problem(text);
        if (problem == null && JsonText.tryRead(text) instanceof ObjectNode object) {
            return object;
        }
        throw new UsageException(
                problem == null ? source + " takes a JSON object" : source + " is not JSON: " + problem);
    }

    private static JsonNode json(String text, String source) {
        JsonNode read = JsonText.tryRead(text);
        if (read == null) {
            String problem = JsonText.problem(text);
            throw new UsageException(source + " is not JSON: " + (problem == null ? "it is empty" : problem));
        }
        return read;
    }

    /** A copy of a value in which references in texts are replaced; the value itself where there are no references. */
    private JsonNode resolved(JsonNode node) {
        if (references == References.NONE) {
            return node;
        }
        if (node.isString()) {
            JsonNode whole = references.value(node.stringValue());
            return whole == null ? JsonNodeFactory.instance.stringNode(references.text(node.stringValue())) : whole;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> copy.set(member.getKey(), resolved(member.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(resolved(element)));
            return copy;
        }
        return node;
    }
}
