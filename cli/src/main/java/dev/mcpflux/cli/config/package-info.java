/**
 * Reads and changes the files in which servers are written down: which files count, what is in them, and how they are edited
 * without a loss. Start reading at {@code ConfigSources}, and at {@code ServerFileEditor} for what is written.
 */
@NullMarked
package dev.mcpflux.cli.config;

import org.jspecify.annotations.NullMarked;
