package dev.mcpflux.cli.install;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a server is called when nobody has said so: a package without its scope and affixes, or the host of a URL. */
final class NameSuggestion {

    private static final int MAX_NAME = 40;
    private static final String NOTHING = "server";

    private static final Pattern AFFIXES = Pattern.compile(
            "^(?:mcp[-_]server[-_]|server[-_]mcp[-_]|server[-_]|mcp[-_])|(?:[-_]mcp[-_]server|[-_]server[-_]mcp|[-_]server|[-_]mcp)$");

    /** Names that say nothing about a server; the scope does. */
    private static final Set<String> EMPTY = Set.of("", "mcp", "server", "mcp-server", "server-mcp", "mcp_server");

    /** Programs that run a package or a script, which is what the server is called after. */
    private static final Set<String> RUNNERS =
            Set.of("npx", "bunx", "uvx", "pipx", "dnx", "npm", "pnpm", "yarn", "bun", "uv", "deno", "node", "python");

    /** Options of them whose value is a word of its own. */
    private static final Set<String> WITH_VALUE = Set.of(
            "--from",
            "--with",
            "--python",
            "-p",
            "--package",
            "--registry",
            "--index",
            "--index-url",
            "-m",
            "-jar",
            "-e",
            "--env",
            "-v",
            "--volume",
            "--mount",
            "--network",
            "--name",
            "--directory",
            "--env-file",
            "-w",
            "--user",
            "-u",
            "--entrypoint",
            "--platform",
            "--cwd",
            "-c");

    private static final Set<String> SUBCOMMANDS = Set.of("run", "exec", "dlx", "x", "tool");

    private NameSuggestion() {}

    /** From a name of a registry or of a package, such as {@code @scope/server-weather}. */
    static String ofPackage(String identifier) {
        String text = withoutVersion(identifier);
        int slash = text.lastIndexOf('/');
        String base = plain(text.substring(slash + 1));
        if (EMPTY.contains(base) && slash > 0) {
            String scope = text.substring(0, slash);
            // io.github.user, @scope, host/owner
            base = plain(scope.substring(
                    Math.max(scope.lastIndexOf('/'), scope.startsWith("@") ? 0 : scope.lastIndexOf('.')) + 1));
        }
        return safe(base);
    }

    private static String withoutVersion(String identifier) {
        int at = identifier.indexOf('@', 1);
        String text = at < 0 ? identifier : identifier.substring(0, at);
        int specifier = text.indexOf("==");
        text = specifier < 0 ? text : text.substring(0, specifier);
        // the tag of an image comes after its last slash, the port of its host before
        int colon = text.indexOf(':', text.lastIndexOf('/') + 1);
        return colon < 0 ? text : text.substring(0, colon);
    }

    private static String plain(String base) {
        String text = base.toLowerCase(Locale.ROOT);
        String before;
        do {
            before = text;
            String shorter = AFFIXES.matcher(text).replaceFirst("");
            text = EMPTY.contains(shorter) ? text : shorter;
        } while (!text.equals(before));
        return text;
    }

    /** From the host of a URL, without labels that every host has. */
    static String ofUrl(String url) {
        URI uri = URI.create(url);
        String host = uri.getHost();
        if (host == null) {
            return NOTHING;
        }
        if (host.startsWith("[") || host.matches("[0-9.]+") || host.indexOf('.') < 0) {
            return safe(host + (uri.getPort() < 0 ? "" : "-" + uri.getPort()));
        }
        String[] labels = host.toLowerCase(Locale.ROOT).split("\\.");
        int suffix = labels.length > 2
                        && labels[labels.length - 1].length() == 2
                        && labels[labels.length - 2].matches("co|com|org|net|ac|gov|edu")
                ? 2
                : 1;
        return safe(labels[labels.length - suffix - 1]);
    }

    /** From a command: what a runner runs, or the name of the program. */
    static String ofCommand(List<String> words) {
        String program = base(words.get(0));
        boolean container = program.equals("docker") || program.equals("podman");
        boolean java = program.equals("java");
        if (!container && !java && !RUNNERS.contains(program.replaceAll("[0-9.]+$", ""))) {
            return safe(plain(program));
        }
        String module = null;
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-m") || word.equals("-jar")) {
                module = i + 1 < words.size() ? words.get(i + 1) : module;
                break;
            }
            if (word.startsWith("-")) {
                i += WITH_VALUE.contains(word) ? 1 : 0;
            } else if (!SUBCOMMANDS.contains(word)) {
                module = word;
                break;
            }
        }
        if (module == null) {
            return safe(program);
        }
        boolean file =
                module.matches(".*\\.(?:[cm]?[jt]s|py|jar)") || module.matches("(?:\\.{0,2}|~|[A-Za-z]:)[/\\\\].*");
        if (!file) {
            return ofPackage(module.replaceAll("\\[.*]", ""));
        }
        String name = base(module);
        String[] parts = module.split("[/\\\\]");
        // index.js and main.py say less than the directory that they are in
        for (int i = parts.length - 2; i >= 0 && name.matches("index|main|server|app|cli|__main__"); i--) {
            if (!parts[i].matches("|\\.{1,2}|dist|build|src|bin|lib|out")) {
                name = parts[i];
            }
        }
        return safe(plain(name));
    }

    private static String base(String path) {
        String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        return name.replaceAll("(?i)\\.(?:exe|cmd|bat|sh|[cm]?[jt]s|py|jar)$", "");
    }

    /** A name without characters that a name must not have. */
    static String safe(String text) {
        String name = text.replaceAll("[^A-Za-z0-9_-]+", "-")
                .replaceAll("_{2,}", "_")
                .replaceAll("-{2,}", "-")
                .replaceAll("^[-_]+|[-_]+$", "");
        name = name.substring(0, Math.min(MAX_NAME, name.length())).replaceAll("[-_]+$", "");
        return name.isEmpty() ? NOTHING : name;
    }
}
