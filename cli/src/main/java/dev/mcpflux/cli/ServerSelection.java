package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The servers that a command uses. The other servers are not started. */
final class ServerSelection {

    @Option(names = "--from", paramLabel = "NAME", description = "Only this server. Repeatable.")
    List<String> servers = new ArrayList<>();

    /** Matches the named servers, or all servers if none is named. */
    Predicate<String> wanted() {
        return name -> servers.isEmpty() || servers.contains(name);
    }

    /** Like {@link #wanted()}; if no server is named, matches the server of a name like {@code server__tool}. */
    Predicate<String> wanted(String qualified) {
        String owner = owner(qualified);
        return owner == null || !servers.isEmpty() ? wanted() : owner::equals;
    }

    /** The part before the separator; null without one. */
    static @Nullable String owner(String qualified) {
        int end = qualified.indexOf(dev.mcpflux.host.catalogue.CatalogueEntry.SEPARATOR);
        return end <= 0 ? null : qualified.substring(0, end);
    }

    /**
     * Checks that there are the named servers.
     *
     * @param hint what to do if there is not
     * @throws UsageException if a named server does not exist
     */
    void check(List<String> known, Hint hint) {
        check(servers, known, hint);
    }

    /** @throws UsageException if one of the servers does not exist */
    static void check(List<String> servers, List<String> known, Hint hint) {
        for (String server : servers) {
            if (!known.contains(server)) {
                String near = Suggestions.of(server, known);
                throw new UsageException(
                        "no server is called '" + server + "'"
                                + (!near.isEmpty()
                                        ? near
                                        : known.isEmpty()
                                                ? "; there is none"
                                                : "; there is " + String.join(", ", known)),
                        hint);
            }
        }
    }
}
