/** Authorization as configuration files describe it: start reading at {@link dev.mcpflux.auth.config.Authorizer}. */
@NullMarked
package dev.mcpflux.auth.config;

import org.jspecify.annotations.NullMarked;
