package dev.mcpflux.testing.junit;

import dev.mcpflux.testing.ScriptedPeer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How one thing is opened.
 *
 * @param peer what it is opened to, where that is a peer of its own
 */
record Recipe<T>(Mono<T> open, @Nullable ScriptedPeer peer) {}
