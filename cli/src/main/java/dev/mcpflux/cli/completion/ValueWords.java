package dev.mcpflux.cli.completion;

import java.util.List;

/**
 * What a value of an option or an argument can be.
 *
 * @param label how the help names the value
 * @param words all values, of {@link Kind#WORDS} only
 */
record ValueWords(Kind kind, String label, List<String> words) {

    /** Where the values come from. */
    enum Kind {
        /** Anything: nothing is offered. */
        TEXT,
        FILE,
        DIRECTORY,
        /** One of some words that never change. */
        WORDS,
        /** The name of a configured server. */
        SERVER,
        /** The name of a tool; its server is offered, since reading the tools would start it. */
        TOOL
    }

    ValueWords {
        words = List.copyOf(words);
    }

    static ValueWords of(Kind kind, String label) {
        return new ValueWords(kind, label, List.of());
    }

    static ValueWords words(String label, List<String> words) {
        return new ValueWords(Kind.WORDS, label, words);
    }

    /** The word by which a script asks for the names, of {@link Kind#SERVER} and {@link Kind#TOOL}. */
    String names() {
        return kind == Kind.TOOL ? Candidates.TOOLS : Candidates.SERVERS;
    }
}
