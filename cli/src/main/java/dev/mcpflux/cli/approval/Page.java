package dev.mcpflux.cli.approval;

/** Where entries are shown to a person. */
public interface Page {

    /** Prints one of our own lines. */
    void say(String text);

    /** Prints a line that quotes the file, broken where the terminal ends, so that no part of it looks like one of ours. */
    void quote(String text);
}
