/**
 * The completion scripts for bash, zsh and fish, made of the options and commands that picocli knows, and the names that they ask
 * for while a person types. Start reading at {@code CompletionModel}.
 */
@NullMarked
package dev.mcpflux.cli.completion;

import org.jspecify.annotations.NullMarked;
