package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.host.config.ServerDefinition;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A package, or an image, that a runner fetches and starts.
 *
 * @param index of the argument that names it
 * @param name the package as the argument has it
 * @param pinned whether its version is fixed
 */
record PackageRun(int index, String name, boolean pinned) {

    private static final Set<String> CONTAINERS = Set.of("docker", "podman", "nerdctl");

    /** Options of {@code docker run} that are not followed by a value; all others with one dash or two are, unless they have an =. */
    private static final Set<String> FLAGS = Set.of(
            "-i",
            "-t",
            "-it",
            "-ti",
            "-d",
            "--rm",
            "--interactive",
            "--tty",
            "--init",
            "--privileged",
            "--read-only",
            "--detach",
            "--no-healthcheck",
            "-P",
            "--publish-all",
            "-q",
            "--quiet");

    private static final Pattern NPM_VERSION = Pattern.compile("v?\\d[\\w.+-]*");

    private static final Pattern PYTHON_VERSION = Pattern.compile("[\\w.\\[\\],-]+(?:===?|@)v?\\d[\\w.+!-]*");

    static boolean isContainer(ServerDefinition.Stdio process) {
        return CONTAINERS.contains(program(process));
    }

    private static String program(ServerDefinition.Stdio process) {
        String command = process.command().plain();
        String name = command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1)
                .toLowerCase(Locale.ROOT);
        return name.replaceFirst("\\.(?:exe|cmd|bat)$", "");
    }

    /** What a process runs; null where it is no package. */
    static @Nullable PackageRun of(ServerDefinition.Stdio process) {
        List<String> words =
                process.arguments().stream().map(argument -> argument.plain()).toList();
        String first = words.isEmpty() ? "" : words.get(0);
        return switch (program(process)) {
            case "npx", "bunx", "pnpx" -> npm(words, 0);
            case "npm", "pnpm", "yarn", "bun" -> Set.of("exec", "dlx", "x").contains(first) ? npm(words, 1) : null;
            case "uvx" -> python(words, 0);
            case "uv" ->
                words.size() > 2 && first.equals("tool") && words.get(1).equals("run") ? python(words, 2) : null;
            case "pipx" -> first.equals("run") ? python(words, 1) : null;
            case "docker", "podman", "nerdctl" -> first.equals("run") ? image(words) : null;
            default -> null;
        };
    }

    private static @Nullable PackageRun npm(List<String> words, int from) {
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if ((word.equals("-p") || word.equals("--package")) && i + 1 < words.size()) {
                return npm(i + 1, words.get(i + 1));
            }
            if (word.startsWith("--package=")) {
                return npm(i, word.substring("--package=".length()));
            }
            if (!word.startsWith("-")) {
                return npm(i, word);
            }
        }
        return null;
    }

    private static @Nullable PackageRun npm(int index, String name) {
        if (isElsewhere(name)) {
            return null;
        }
        int version = name.indexOf('@', 1);
        return new PackageRun(
                index,
                name,
                version > 0 && NPM_VERSION.matcher(name.substring(version + 1)).matches());
    }

    private static @Nullable PackageRun python(List<String> words, int from) {
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if ((word.equals("--from") || word.equals("--spec")) && i + 1 < words.size()) {
                return python(i + 1, words.get(i + 1));
            }
            if (word.startsWith("--from=")) {
                return python(i, word.substring("--from=".length()));
            }
            if ((word.equals("--with") || word.equals("--python") || word.equals("-p")) && i + 1 < words.size()) {
                i++;
            } else if (!word.startsWith("-")) {
                return python(i, word);
            }
        }
        return null;
    }

    private static @Nullable PackageRun python(int index, String name) {
        return isElsewhere(name)
                ? null
                : new PackageRun(index, name, PYTHON_VERSION.matcher(name).matches());
    }

    /** Paths and addresses have versions of their own. */
    private static boolean isElsewhere(String name) {
        return name.startsWith(".") || name.startsWith("/") || name.contains(":") || name.contains("${");
    }

    private static @Nullable PackageRun image(List<String> words) {
        Iterator<String> rest = words.iterator();
        int index = 0;
        rest.next();
        while (rest.hasNext()) {
            index++;
            String word = rest.next();
            if (!word.startsWith("-")) {
                String tag = word.substring(word.lastIndexOf('/') + 1);
                int colon = tag.indexOf(':');
                boolean pinned = word.contains("@sha256:")
                        || (colon >= 0 && !tag.substring(colon + 1).equals("latest"));
                return word.contains("${") ? null : new PackageRun(index, word, pinned);
            }
            if (!FLAGS.contains(word) && !word.contains("=") && rest.hasNext()) {
                index++;
                rest.next();
            }
        }
        return null;
    }
}
