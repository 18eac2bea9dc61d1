package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Directories and files that a server may work in (specification: client/roots). */
public final class Roots {

    private Roots() {}

    /**
     * A root.
     *
     * @param uri a {@code file://} URI
     * @param name for people
     */
    public record Root(
            String uri,
            @Nullable String name,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        /** A directory or file, under its last name. */
        public static Root of(Path path) {
            Path absolute = path.toAbsolutePath().normalize();
            Path last = absolute.getFileName();
            return new Root(absolute.toUri().toString(), last == null ? null : last.toString(), null);
        }
    }

    /** Result of {@code roots/list}. */
    public record ListRootsResult(List<Root> roots) {
        public ListRootsResult {
            roots = List.copyOf(roots);
        }
    }
}
