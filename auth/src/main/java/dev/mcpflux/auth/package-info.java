/**
 * Authorization of requests to remote servers. A {@link dev.mcpflux.auth.CredentialSource} gives the credentials, and
 * {@link dev.mcpflux.auth.CredentialFilter} puts them on every HTTP request of a transport: start reading there.
 */
@NullMarked
package dev.mcpflux.auth;

import org.jspecify.annotations.NullMarked;
