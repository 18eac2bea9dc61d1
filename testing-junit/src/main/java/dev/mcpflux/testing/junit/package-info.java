/**
 * The JUnit extension of the test kit. Start with {@link dev.mcpflux.testing.junit.McpTestExtension}: it opens a session or a
 * host before each test or for a class, closes it afterwards, and fails the test if something is left behind.
 */
@NullMarked
package dev.mcpflux.testing.junit;

import org.jspecify.annotations.NullMarked;
