package dev.mcpflux.host.approval;

import dev.mcpflux.host.config.ServerAuthorization;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program of an entry as it would be found now, and the files of the project that it consists of. Files outside of the
 * project are not looked into: an update of the system is no change of the entry. Nor are files that a program loads by
 * itself: nothing here can know them.
 */
final class ProgramFiles {

    /** Of one entry. */
    private static final int MOST_FILES = 16;

    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private static final Set<String> SCRIPTS = Set.of(
            "js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "py", "pyz", "pyc", "rb", "pl", "php", "lua", "sh",
            "bash", "zsh", "fish", "ps1", "bat", "cmd", "vbs", "exe", "com", "dll", "so", "dylib", "jar", "class",
            "groovy", "kts", "r", "wasm", "go", "rs");

    private static final Pattern INTERPRETER = Pattern.compile(
            "(?:python|pypy|node|nodejs|deno|bun|tsx|ts-node|ruby|jruby|perl|php|lua|luajit|bash|sh|dash|zsh|fish|ksh|pwsh"
                    + "|powershell|cmd|java|osascript|rscript|env|uv|uvx|npx)[\\d.]*(?:\\.exe|\\.cmd)?");

    private final ProjectFolder project;
    private final UnaryOperator<@Nullable String> variables;

    ProgramFiles(ProjectFolder project, UnaryOperator<@Nullable String> variables) {
        this.project = project;
        this.variables = variables;
    }

    /**
     * What was found.
     *
     * @param program the file that would be started, null where there is none
     * @param contents hashes of the files of the project, by what they are called in it
     */
    record Found(@Nullable Path program, Map<String, String> contents) {}

    /** What a program that prints headers consists of, if it is started in the project. */
    Found of(String server, ServerAuthorization.Helper helper) {
        List<Template> words = helper.command();
        // one word is a command line
        List<Template> parts = words.size() == 1
                ? Stream.of(words.get(0).text().strip().split("\\s+"))
                        .map(Template::of)
                        .toList()
                : words;
        return parts.isEmpty()
                ? new Found(null, Map.of())
                : of(new ServerDefinition.Stdio(
                        server,
                        parts.get(0),
                        parts.subList(1, parts.size()),
                        Map.of(),
                        Template.literal(project.root().toString()),
                        null,
                        StdioOptions.defaults(),
                        ServerOptions.defaults()));
    }

    Found of(ServerDefinition.Stdio server) {
        Path directory = directory(server);
        Path program = program(server, directory);
        Map<String, String> contents = new LinkedHashMap<>();
        if (program != null && project.contains(program)) {
            contents.put(project.shown(program), content(program));
        }
        boolean interpreter = program != null
                && INTERPRETER
                        .matcher(String.valueOf(program.getFileName()).toLowerCase(Locale.ROOT))
                        .matches();
        for (Path file : named(server.arguments(), directory)) {
            if (contents.size() < MOST_FILES && (interpreter || isProgram(file))) {
                contents.put(project.shown(file), content(file));
                // what comes after the script are its arguments: data, unless they look like programs
                interpreter = false;
            }
        }
        return new Found(program, contents);
    }

    private @Nullable Path directory(ServerDefinition.Stdio server) {
        Template template = server.workingDirectory();
        String text = template == null ? null : resolved(template);
        Path base = server.baseDirectory();
        try {
            return text == null ? null : base == null ? Path.of(text) : base.resolve(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private @Nullable Path program(ServerDefinition.Stdio server, @Nullable Path directory) {
        String command = resolved(server.command());
        if (command == null || command.isBlank()) {
            return null;
        }
        Map<String, String> environment = new LinkedHashMap<>();
        server.environment().forEach((variable, value) -> {
            String text = resolved(value);
            if (text != null) {
                environment.put(variable, text);
            }
        });
        return StdioTransport.builder(server.name(), command)
                .environment(environment)
                .workingDirectory(directory)
                .build()
                .program()
                .map(Path::normalize)
                .orElse(null);
    }

    /** The files of the project that arguments name, as words or as values of options. */
    private List<Path> named(List<Template> arguments, @Nullable Path directory) {
        List<Path> files = new ArrayList<>();
        for (Template argument : arguments) {
            String text = resolved(argument);
            Path file = text == null ? null : file(text, directory);
            int equals = text == null ? -1 : text.indexOf('=');
            if (file == null && text != null && equals > 0) {
                file = file(text.substring(equals + 1), directory);
            }
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private @Nullable Path file(String text, @Nullable Path directory) {
        try {
            Path path = directory == null ? Path.of(text).toAbsolutePath() : directory.resolve(text);
            return Files.isRegularFile(path) && project.contains(path) ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private @Nullable String resolved(Template template) {
        try {
            return template.resolve(variables);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isProgram(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (SCRIPTS.contains(name.substring(name.lastIndexOf('.') + 1)) || Files.isExecutable(file)) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == '#' && in.read() == '!';
        } catch (IOException e) {
            return true;
        }
    }

    /** The hash of a file; of one that is very large its size and the time of its last change. */
    static String content(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                return Files.size(file) + " bytes, changed " + Files.getLastModifiedTime(file);
            }
            MessageDigest digest = MaskedText.digest();
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[64 * 1024];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "not readable";
        }
    }
}
