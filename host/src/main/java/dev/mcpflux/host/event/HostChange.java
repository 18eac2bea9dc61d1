package dev.mcpflux.host.event;

import java.util.List;

/**
 * What a change of the configuration of a running host did, by names of servers.
 *
 * @param added servers that were not there before
 * @param removed servers that are not there any more
 * @param replaced servers whose definition has changed: they were closed, and started anew
 * @param unchanged servers that go on as they were, with their processes
 */
public record HostChange(List<String> added, List<String> removed, List<String> replaced, List<String> unchanged) {

    public HostChange {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        replaced = List.copyOf(replaced);
        unchanged = List.copyOf(unchanged);
    }

    /** Whether nothing had to be done. */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && replaced.isEmpty();
    }
}
