/** Where tokens and registrations are kept: start reading at {@link dev.mcpflux.auth.store.TokenStore}. */
@NullMarked
package dev.mcpflux.auth.store;

import org.jspecify.annotations.NullMarked;
