/**
 * Finds the configuration files of all known clients on this machine, and compares their servers. Begin with {@link
 * dev.mcpflux.cli.discover.FileDiscovery}.
 */
@NullMarked
package dev.mcpflux.cli.discover;

import org.jspecify.annotations.NullMarked;
