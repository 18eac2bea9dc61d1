package dev.mcpflux.cli.terminal;

/** The size of a terminal, in characters. */
public record ScreenSize(int columns, int lines) {}
