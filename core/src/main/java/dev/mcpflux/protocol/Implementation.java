package dev.mcpflux.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks: the name and version of a client or a server (specification: basic/lifecycle).
 *
 * @param name for programs
 * @param title for people
 */
public record Implementation(
        String name,
        String version,
        @Nullable String title,
        @Nullable String description,
        @Nullable List<Icon> icons,
        @Nullable String websiteUrl) {

    public Implementation(String name, String version) {
        this(name, version, null, null, null, null);
    }
}
