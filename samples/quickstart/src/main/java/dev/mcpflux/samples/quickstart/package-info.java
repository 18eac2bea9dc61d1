/** The program of the README. */
@NullMarked
package dev.mcpflux.samples.quickstart;

import org.jspecify.annotations.NullMarked;
