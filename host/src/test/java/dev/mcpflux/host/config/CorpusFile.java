package dev.mcpflux.host.config;

import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.variable.VariableStyle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file as people have it: {@code src/test/resources/forms/FORM/CASE/path/of/the/file}. Beside it, in the directory of the
 * case, are what it means ({@code expected.json}), and which warnings it causes, if any ({@code expected-warnings.txt}).
 *
 * @param form the form that it is of
 * @param directory the directory of the case, which stands for the home directory or for a project
 * @param file the file
 */
record CorpusFile(ConfigForm form, Path directory, Path file) {

    static final Path ROOT = Path.of("src/test/resources/forms").toAbsolutePath();

    private static final List<String> TEXTS = List.of("json", "jsonc", "toml", "yaml");

    /** All of them, sorted. */
    static List<CorpusFile> all() {
        List<CorpusFile> all = new ArrayList<>();
        for (Path form : children(ROOT)) {
            for (Path directory : children(form)) {
                ConfigForm known = Objects.requireNonNull(
                        ConfigForms.find(String.valueOf(form.getFileName())), () -> "no form: " + form);
                all.add(new CorpusFile(known, directory, only(directory)));
            }
        }
        return all;
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path only(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> found = files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("expected.json"))
                    .filter(file -> TEXTS.contains(file.toString().replaceFirst(".*\\.", "")))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalStateException("expected one file: " + found);
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return read(file);
    }

    List<String> expectedWarnings() {
        Path warnings = directory.resolve("expected-warnings.txt");
        return Files.exists(warnings)
                ? read(warnings).lines().filter(line -> !line.isBlank()).toList()
                : List.of();
    }

    Path golden() {
        return directory.resolve("expected.json");
    }

    ConfigSyntax syntax() {
        return Objects.requireNonNull(ConfigSyntax.of(file));
    }

    /** Without the paths of this machine. */
    String neutral(String text) {
        return text.replace(file.toString(), String.valueOf(file.getFileName()))
                .replace(directory.toString(), "<dir>")
                .replace(ROOT.toString(), "<root>")
                .replace(System.getProperty("user.home"), "<home>");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return form + ": " + directory.getFileName() + "/" + directory.relativize(file);
    }

    // -- servers

    /** Adds a server to a document. */
    static DocumentEditor add(DocumentEditor editor, FormRoot root, ConfigForm form, String name, ObjectNode entry) {
        if (root.layout() == FormRoot.Layout.MAP) {
            List<String> path = new ArrayList<>(root.path());
            path.add(name);
            return editor.put(path, entry);
        }
        if (entry.has(form.nameKey())) {
            return editor.putInList(root.path(), form.nameKey(), name, entry);
        }
        JsonNode list = editor.document().root().at("/" + String.join("/", root.path()));
        ArrayNode more = JsonNodeFactory.instance.arrayNode();
        list.forEach(more::add);
        return editor.put(root.path(), more.add(entry));
    }

    /** What a definition says, as an entry of ours, whatever the notation of its variables is. */
    static ObjectNode canonical(ServerDefinition server) {
        return DefinitionJson.of(server, CorpusFile::neutralNotation, new ArrayList<>());
    }

    /** What a definition says, as an entry of ours. */
    static ObjectNode definition(ServerDefinition server, List<String> lost) {
        return DefinitionJson.of(server, CorpusFile::ours, lost);
    }

    private static String ours(Template text) {
        String translated = text.style().translate(text.text(), VariableStyle.MCPFLUX);
        return translated == null ? text.style() + ": " + text.text() : translated;
    }

    private static String neutralNotation(Template text) {
        return normal(ours(text));
    }

    /** Without the differences between notations of the same variable, and what a form does with one that is not set. */
    private static String normal(@Nullable String text) {
        return String.valueOf(text)
                .replaceAll("(?<!\\$)\\$\\{(env|secret):", "\\${")
                .replace(":-}", "}");
    }
}
