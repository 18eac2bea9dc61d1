package dev.mcpflux.cli.config;

import java.util.Locale;

/** For whom a file is. */
public enum Scope {
    /** For whoever works on the project. */
    PROJECT,
    /** For one person, in all projects. */
    USER,
    /** It was named on the command line. */
    FILE;

    /** The word for it on a command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
