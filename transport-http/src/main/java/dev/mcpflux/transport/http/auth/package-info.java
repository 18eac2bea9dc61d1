/**
 * What a configuration says about the authorization of requests, and who carries it out. Start reading at
 * {@link dev.mcpflux.transport.http.auth.HttpAuthorizer}.
 */
@NullMarked
package dev.mcpflux.transport.http.auth;

import org.jspecify.annotations.NullMarked;
