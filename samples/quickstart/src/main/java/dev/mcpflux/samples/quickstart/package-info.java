/** The program of the README. Start reading at {@link dev.mcpflux.samples.quickstart.Quickstart}. */
@NullMarked
package dev.mcpflux.samples.quickstart;

import org.jspecify.annotations.NullMarked;
