package dev.mcpflux.testing.junit;

import java.time.Duration;

/**
 * How long a {@link McpTestExtension} waits.
 *
 * @param teardown for the close
 * @param left for processes and threads to end
 */
record Limits(Duration opening, Duration teardown, Duration left) {}
