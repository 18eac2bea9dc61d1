/**
 * Servers that are reached by a TCP or Unix domain socket and speak as they would over stdio: one message a line. A custom
 * transport in the words of the specification, made of the same parts as the others.
 */
@NullMarked
package dev.mcpflux.transport.socket;

import org.jspecify.annotations.NullMarked;
