/**
 * The arguments of a tool as a person writes them, and what a tool's schema says about them. Start reading at {@link
 * dev.mcpflux.cli.argument.ToolArguments}, which makes the JSON object that is sent.
 */
@NullMarked
package dev.mcpflux.cli.argument;

import org.jspecify.annotations.NullMarked;
