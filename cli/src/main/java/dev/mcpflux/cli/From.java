package dev.mcpflux.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which servers a command is about. Those that it is not about are not even started. */
final class From {

    @Option(names = "--from", paramLabel = "NAME", description = "Only this server. Repeatable.")
    List<String> servers = new ArrayList<>();

    /** The named ones, or all where none is named. */
    Predicate<String> wanted() {
        return name -> servers.isEmpty() || servers.contains(name);
    }

    /** As {@link #wanted()}; where nothing is named, the server that a name like {@code server__tool} begins with. */
    Predicate<String> wanted(String qualified) {
        String owner = owner(qualified);
        return owner == null || !servers.isEmpty() ? wanted() : owner::equals;
    }

    /** Before the separator; null where there is none. */
    static @Nullable String owner(String qualified) {
        int end = qualified.indexOf(dev.mcpflux.host.CatalogueEntry.SEPARATOR);
        return end <= 0 ? null : qualified.substring(0, end);
    }

    /** @throws UsageException if a server is named that is not there */
    void check(List<String> known) {
        for (String server : servers) {
            if (!known.contains(server)) {
                throw new UsageException("no server is called '" + server + "'"
                        + (known.isEmpty() ? "; there is none" : "; there is " + String.join(", ", known)));
            }
        }
    }
}
