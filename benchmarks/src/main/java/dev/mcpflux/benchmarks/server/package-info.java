/** The server that the benchmarks talk to where there is no C compiler; see {@code server.c}, which behaves the same. */
@NullMarked
package dev.mcpflux.benchmarks.server;

import org.jspecify.annotations.NullMarked;
