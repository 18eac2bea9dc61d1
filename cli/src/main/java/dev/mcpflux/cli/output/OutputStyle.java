package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.Colours;

/**
 * What the command line says about the output.
 *
 * @param pager whether text that is longer than the screen may be shown by a pager
 */
public record OutputStyle(OutputFormat format, Colours colours, boolean pager) {

    /** Tables, and whatever the terminal can show. */
    public static final OutputStyle DEFAULT = new OutputStyle(OutputFormat.TABLE, Colours.AUTO, true);

    /** Documents in JSON. */
    public static final OutputStyle JSON = new OutputStyle(OutputFormat.JSON, Colours.AUTO, true);
}
