/**
 * What tests on JUnit need: {@link dev.mcpflux.testing.junit.McpTestExtension} opens a session with a scripted peer or any
 * transport for each test, and fails the test if something is left behind.
 */
@NullMarked
package dev.mcpflux.testing.junit;

import org.jspecify.annotations.NullMarked;
