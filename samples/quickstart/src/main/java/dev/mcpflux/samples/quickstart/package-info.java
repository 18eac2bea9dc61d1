/** The fifteen lines of the README, as a program. */
@NullMarked
package dev.mcpflux.samples.quickstart;

import org.jspecify.annotations.NullMarked;
