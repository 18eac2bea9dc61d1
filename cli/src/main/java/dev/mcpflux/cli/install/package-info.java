/**
 * Where a server to be added comes from: a command, a URL, an install link of another program, a registry, or a bundle. Start
 * reading at {@code InstallSource}, which recognises what a person gave, then {@code Proposal}, which is what all of them end in.
 */
@NullMarked
package dev.mcpflux.cli.install;

import org.jspecify.annotations.NullMarked;
