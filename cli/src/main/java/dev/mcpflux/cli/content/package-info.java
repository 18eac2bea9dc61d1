/**
 * The content of results that is no text: images are shown on terminals that can show them, and everything can be saved. Start
 * reading at {@link dev.mcpflux.cli.content.ResultDisplay}.
 */
@NullMarked
package dev.mcpflux.cli.content;

import org.jspecify.annotations.NullMarked;
