package dev.mcpflux.cli.completion;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.config.ConfigSources;
import dev.mcpflux.cli.config.Surroundings;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.text.SafeText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that a completion script asks for while a person types. Reads the configuration, starts nothing, and has no names
 * where something is wrong: a mistake is reported by the command that the person is about to run.
 */
public final class Candidates {

    /** The first word of a command line that asks for names; its second word is what for, and the rest follows {@code --}. */
    public static final String COMMAND = "__complete";

    static final String SERVERS = "servers";
    static final String TOOLS = "tools";

    private final Surroundings here;

    /** The names as a command would see them. */
    public Candidates(Surroundings here) {
        this.here = here;
    }

    /**
     * The names for a command line that begins with {@link #COMMAND}. Blocks while it reads files.
     *
     * @param args the words behind it: {@code servers} or {@code tools}, {@code --}, and what has been typed so far behind
     *     {@code mcpflux}
     */
    public List<String> of(List<String> args) {
        if (args.isEmpty()) {
            return List.of();
        }
        int start = args.indexOf("--");
        Set<String> servers = servers(start < 0 ? List.of() : joined(args.subList(start + 1, args.size())));
        return switch (args.get(0)) {
            case SERVERS -> List.copyOf(servers);
            case TOOLS -> servers.stream().map(server -> server + "__").toList();
            default -> List.of();
        };
    }

    /** bash hands over {@code --config=x} as three words, and words with their quotes. */
    private static List<String> joined(List<String> words) {
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = plain(words.get(i));
            if (word.startsWith("--")
                    && i + 2 < words.size()
                    && words.get(i + 1).equals("=")) {
                word += "=" + plain(words.get(i + 2));
                i += 2;
            }
            joined.add(word);
        }
        return joined;
    }

    private static String plain(String word) {
        try {
            List<String> words = ShellWords.split(word);
            return words.size() == 1 ? words.get(0) : word;
        } catch (UsageException e) {
            return word;
        }
    }

    private Set<String> servers(List<String> words) {
        Set<String> servers = new LinkedHashSet<>();
        String config = null;
        String format = null;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if (word.equals("-c") || word.equals("--config")) {
                config = next;
            } else if (word.startsWith("--config=")) {
                config = word.substring("--config=".length());
            } else if (word.startsWith("-c") && word.length() > 2) {
                config = word.substring(2);
            } else if (word.equals("--format")) {
                format = next;
            } else if (word.startsWith("--format=")) {
                format = word.substring("--format=".length());
            } else if (word.equals("--server") || word.equals("--url")) {
                named(servers, next);
            } else if (word.startsWith("--server=") || word.startsWith("--url=")) {
                named(servers, word.substring(word.indexOf('=') + 1));
            }
        }
        if (config != null || servers.isEmpty()) {
            servers.addAll(configured(config, format));
        }
        // what a terminal would not show as it is cannot be typed either
        servers.removeIf(name -> name.isBlank() || !SafeText.line(name).equals(name));
        return servers;
    }

    private static void named(Set<String> servers, String definition) {
        int equals = definition.indexOf('=');
        if (equals > 0) {
            servers.add(definition.substring(0, equals));
        }
    }

    private List<String> configured(@Nullable String config, @Nullable String format) {
        try {
            Path file = config == null ? null : file(config);
            return new ConfigSources(here, file, format == null ? null : ConfigForms.find(format))
                    .read().stream()
                            .flatMap(each -> each.content().servers().stream())
                            .map(ServerDefinition::name)
                            .toList();
        } catch (McpException | InvalidPathException e) {
            return List.of();
        }
    }

    /** The shell has not expanded what is still being typed. */
    private Path file(String config) {
        String home = here.variables().apply("HOME");
        return config.startsWith("~/") && home != null
                ? Path.of(home, config.substring(2))
                : here.directory().resolve(config);
    }
}
