package dev.mcpflux.cli.completion;

import java.util.Locale;

/** A shell that completes command lines. Prints as its name in lower case. */
public enum Shell {
    BASH("mcpflux.bash"),
    ZSH("_mcpflux"),
    FISH("mcpflux.fish");

    private final String file;

    Shell(String file) {
        this.file = file;
    }

    /** The name that the shell, or those who package for it, expect of the file with the script. */
    public String file() {
        return file;
    }

    /** The script, with a line break at its end. */
    public String script(CompletionModel model) {
        return switch (this) {
            case BASH -> new BashCompletion(model).script();
            case ZSH -> new ZshCompletion(model).script();
            case FISH -> new FishCompletion(model).script();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
