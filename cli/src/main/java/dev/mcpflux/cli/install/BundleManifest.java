package dev.mcpflux.cli.install;

import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The {@code manifest.json} of a bundle, of versions 0.1 to 0.4: what is started, what it is given, and where it runs.
 *
 * @param node the document
 * @param machine that the server is to run on
 */
record BundleManifest(SourceNode node, Machine machine) {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)}");
    private static final Pattern USER_CONFIG = Pattern.compile("\\$\\{user_config\\.([^{}]*)}");
    private static final Pattern FLAG = Pattern.compile("--?[A-Za-z][A-Za-z0-9_-]*");
    private static final String CONFIG = "user_config.";

    /**
     * A machine.
     *
     * @param platform {@code linux}, {@code darwin} or {@code win32}
     * @param home of the user
     * @param separator between the names of a path
     * @param path where programs are found
     */
    record Machine(String platform, Path home, String separator, List<Path> path) {

        /** This machine. */
        static Machine current() {
            String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
            String path = System.getenv("PATH");
            return new Machine(
                    system.contains("win") ? "win32" : system.contains("mac") ? "darwin" : "linux",
                    Path.of(System.getProperty("user.home", ".")),
                    File.separator,
                    Stream.of((path == null ? "" : path).split(File.pathSeparator))
                            .filter(each -> !each.isBlank())
                            .map(Path::of)
                            .toList());
        }

        boolean isWindows() {
            return platform.equals("win32");
        }

        boolean has(String program) {
            List<String> names = isWindows() ? List.of(program + ".exe", program + ".cmd") : List.of(program);
            return path.stream()
                    .anyMatch(each -> names.stream().anyMatch(name -> Files.isRegularFile(each.resolve(name))));
        }
    }

    String name() {
        return node.requiredText("name");
    }

    String version() {
        return node.requiredText("version");
    }

    /**
     * The entry.
     *
     * @param content where the bundle is unpacked now
     * @param place where it will be
     * @throws dev.mcpflux.host.config.McpConfigurationException if the manifest is wrong, or its server does not run here
     */
    Draft draft(Path content, Path place) {
        Draft draft = new Draft();
        checkVersion(draft);
        checkCompatibility(draft);
        SourceNode server = node.at("server");
        server.object();
        String type = server.requiredText("type");
        Values values = new Values(draft, place);
        SourceNode config = server.at("mcp_config");
        if (config.node().isMissingNode()) {
            withoutConfig(draft, server, type, place);
        } else {
            config.object();
            SourceNode override = config.at("platform_overrides").at(machine.platform);
            SourceNode command = override.has("command") ? override : config;
            draft.put("command", command(command, type, content, place, values));
            arguments(draft, override.has("args") ? override : config, values);
            SourceNode env = override.has("env") ? override : config;
            for (Map.Entry<String, SourceNode> variable : env.members("env").entrySet()) {
                if (!variable.getKey().matches("[A-Za-z_][A-Za-z0-9_.()-]*")) {
                    throw variable.getValue().problem("expected the name of an environment variable");
                }
                draft.member("env").put(variable.getKey(), values.template(variable.getValue()));
            }
        }
        // relative paths in a manifest start from the bundle
        draft.put("cwd", Draft.literal(place.toString()));
        EntryCheck.warn(draft);
        return draft;
    }

    private void checkVersion(Draft draft) {
        // the older name of the key belongs to the older name of the format
        String version = node.has("manifest_version") ? node.text("manifest_version") : node.text("dxt_version");
        if (version == null) {
            throw node.at("manifest_version").problem("expected the version of the manifest, found nothing");
        }
        if (!version.matches("0\\.[1-4](?:\\..*)?")) {
            draft.note("the manifest has version " + version + "; it is read as 0.4");
        }
    }

    private void checkCompatibility(Draft draft) {
        SourceNode compatibility = node.at("compatibility");
        List<String> platforms = compatibility.texts("platforms");
        if (!platforms.isEmpty() && !platforms.contains(machine.platform)) {
            throw compatibility
                    .at("platforms")
                    .problem("the server runs on " + String.join(", ", platforms) + ", this is " + machine.platform);
        }
        compatibility.members("runtimes").forEach((runtime, range) -> {
            boolean there = machine.has(runtime) || (runtime.equals("python") && machine.has("python3"));
            draft.note("needs " + runtime + " " + range.text() + (there ? "" : ", and none is on the PATH"));
        });
    }

    private void withoutConfig(Draft draft, SourceNode server, String type, Path place) {
        String entry = server.requiredText("entry_point");
        String file = inside(server.at("entry_point"), entry, place).toString();
        switch (type) {
            case "uv" -> draft.put("command", "uv").words("run", "--directory", place.toString(), entry);
            case "node" -> draft.put("command", "node").words(file);
            case "python" ->
                draft.put("command", machine.isWindows() ? "python" : "python3").words(file);
            case "binary" -> draft.put("command", Draft.literal(file));
            default -> throw server.at("type").problem("expected \"node\", \"python\", \"binary\" or \"uv\"");
        }
    }

    private static Path inside(SourceNode at, String path, Path place) {
        Path file = place.resolve(path).normalize();
        if (!file.startsWith(place) || file.equals(place)) {
            throw at.problem("expected a path within the bundle");
        }
        return file;
    }

    /** The command; a path within the bundle becomes absolute, since the search for programs knows nothing of the bundle. */
    private String command(SourceNode config, String type, Path content, Path place, Values values) {
        String text = config.requiredText("command");
        boolean relative = !text.contains("${") && (text.contains("/") || type.equals("binary"));
        if (!relative || Path.of(text).isAbsolute()) {
            String template = values.template(config.at("command"));
            return machine.isWindows() && type.equals("binary") ? windows(template, text, content) : template;
        }
        Path file = inside(config.at("command"), text, place);
        String below = place.relativize(file).toString();
        if (machine.isWindows()
                && !Files.exists(content.resolve(below))
                && Files.exists(content.resolve(below + ".exe"))) {
            below += ".exe";
        }
        if (!Files.isRegularFile(content.resolve(below))) {
            if (!text.contains("/")) {
                return Draft.literal(text);
            }
            throw config.at("command").problem("the bundle does not hold this file");
        }
        return Draft.literal(place.resolve(below).toString());
    }

    private static String windows(String template, String text, Path content) {
        String below = text.replace("${__dirname}/", "");
        boolean found = !below.contains("${") && Files.exists(content.resolve(below + ".exe"));
        return found ? template + ".exe" : template;
    }

    /** A flag before a value that may be missing is left out with it. */
    private void arguments(Draft draft, SourceNode config, Values values) {
        List<SourceNode> words = config.list("args");
        if (words.isEmpty()) {
            return;
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).text();
            boolean pair = i + 1 < words.size()
                    && FLAG.matcher(word).matches()
                    && values.mayBeMissing(words.get(i + 1).text());
            if (pair) {
                ArrayNode group = draft.args().addArray();
                group.add(Draft.literal(word));
                group.add(values.template(words.get(++i)));
            } else {
                draft.args().add(values.template(words.get(i)));
            }
        }
    }

    /** Replaces the variables of a manifest. */
    private final class Values {

        private final Draft draft;
        private final Path place;
        private final Map<String, String> asked = new HashMap<>();

        Values(Draft draft, Path place) {
            this.draft = draft;
            this.place = place;
        }

        boolean mayBeMissing(String text) {
            Matcher matcher = USER_CONFIG.matcher(text);
            if (!matcher.matches()) {
                return false;
            }
            SourceNode option = node.at("user_config").at(matcher.group(1));
            return !option.node().isMissingNode() && !option.flag("required") && !option.has("default");
        }

        String template(SourceNode from) {
            String text = from.text();
            StringBuilder template = new StringBuilder();
            Matcher matcher = VARIABLE.matcher(text);
            int at = 0;
            while (matcher.find()) {
                String before = text.substring(at, matcher.start());
                String variable = matcher.group(1);
                String value = variable.startsWith(CONFIG)
                        ? asked.computeIfAbsent(variable.substring(CONFIG.length()), key -> ask(key, from))
                        : known(variable);
                if (before.endsWith("$") && variable.startsWith(CONFIG)) {
                    throw from.problem("expected no $ before a variable");
                }
                template.append(Draft.literal(before)).append(value == null ? Draft.literal(matcher.group()) : value);
                at = matcher.end();
            }
            return template.append(Draft.literal(text.substring(at))).toString();
        }

        private @Nullable String known(String variable) {
            String value = value(variable);
            return value == null ? null : Draft.literal(value);
        }

        private @Nullable String value(String variable) {
            return switch (variable) {
                case "__dirname" -> place.toString();
                case "HOME" -> machine.home.toString();
                case "DESKTOP" -> machine.home.resolve("Desktop").toString();
                case "DOCUMENTS" -> machine.home.resolve("Documents").toString();
                case "DOWNLOADS" -> machine.home.resolve("Downloads").toString();
                case "pathSeparator", "/" -> machine.separator;
                default -> null;
            };
        }

        private String ask(String key, SourceNode from) {
            SourceNode option = node.at("user_config").at(key);
            if (option.node().isMissingNode()) {
                throw from.problem("expected a value that \"user_config\" describes, found another one");
            }
            String type = option.text("type", "string");
            return draft.ask(new Question(
                    key,
                    option.prose("title"),
                    option.prose("description"),
                    switch (type) {
                        case "string" -> Question.Type.STRING;
                        case "number" -> Question.Type.NUMBER;
                        case "boolean" -> Question.Type.BOOLEAN;
                        case "file" -> Question.Type.FILE;
                        case "directory" -> Question.Type.DIRECTORY;
                        default ->
                            throw option.at("type")
                                    .problem("expected \"string\", \"number\", \"boolean\", \"file\" or \"directory\"");
                    },
                    option.flag("required"),
                    option.flag("sensitive") || (type.equals("string") && EntrySource.looksSecret(key)),
                    option.flag("multiple"),
                    otherwise(option),
                    List.of(),
                    number(option.at("min")),
                    number(option.at("max")),
                    List.of()));
        }

        private @Nullable String otherwise(SourceNode option) {
            SourceNode value = option.at("default");
            if (value.node().isMissingNode()) {
                return null;
            }
            List<String> texts = new ArrayList<>();
            if (value.node().isArray()) {
                option.texts("default").forEach(text -> texts.add(replaced(text)));
            } else {
                texts.add(replaced(value.text()));
            }
            String text = String.join("\n", texts);
            return text.isEmpty() ? null : text;
        }

        private String replaced(String text) {
            return VARIABLE.matcher(text).replaceAll(found -> {
                String value = value(found.group(1));
                return Matcher.quoteReplacement(value == null ? found.group() : value);
            });
        }

        private static @Nullable BigDecimal number(SourceNode value) {
            JsonNode number = value.node();
            if (number.isMissingNode()) {
                return null;
            }
            if (!number.isNumber()) {
                throw value.problem("expected a number, found " + SourceNode.kind(number));
            }
            return number.decimalValue();
        }
    }
}
