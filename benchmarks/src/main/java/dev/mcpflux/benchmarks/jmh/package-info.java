/** JMH benchmarks of the parts of a call: the codec, the multiplexer, the way to a server's stdin. */
@NullMarked
package dev.mcpflux.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
