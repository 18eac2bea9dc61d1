package dev.mcpflux.cli.discover;

import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.FormFiles;
import dev.mcpflux.host.variable.InputDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that a client may have.
 *
 * @param place where it is, and which client has it there
 * @param state what was found there
 * @param content what it says, for {@link State#READ}; otherwise null
 * @param problem why it could not be read, for {@link State#BROKEN}; otherwise null. Quotes no value
 */
public record DiscoveredFile(
        FormFiles.Place place,
        State state,
        ConfigFile.@Nullable Content content,
        @Nullable String problem) {

    /** What was found at a place. */
    public enum State {
        /** A file with servers, or at least with a place for them. */
        READ,
        /** A file with other settings. */
        WITHOUT_SERVERS,
        /** A file that cannot be read. */
        BROKEN,
        /** Nothing. */
        MISSING
    }

    static DiscoveredFile of(FormFiles.Place place, State state) {
        return new DiscoveredFile(place, state, null, null);
    }

    /** The servers, in the order of the file. */
    public List<ServerDefinition> servers() {
        return content == null ? List.of() : content.servers();
    }

    /** What the user is asked for when a server needs it. */
    public List<InputDefinition> inputs() {
        return content == null ? List.of() : content.inputs();
    }

    /** What was read but not understood. */
    public List<String> warnings() {
        return content == null ? List.of() : content.warnings();
    }

    /** The client, as a command line names it. */
    public String client() {
        return place.form().id();
    }
}
