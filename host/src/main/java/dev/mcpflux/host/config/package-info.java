/**
 * Which servers there are, as data: {@link dev.mcpflux.host.config.ServerDefinition} is where every source of configuration
 * ends, and {@link dev.mcpflux.host.config.TransportFactory} the one place where a definition becomes a transport. Start
 * reading at {@link dev.mcpflux.host.config.ConfigFile}, which reads the {@code mcpServers} file.
 */
@NullMarked
package dev.mcpflux.host.config;

import org.jspecify.annotations.NullMarked;
