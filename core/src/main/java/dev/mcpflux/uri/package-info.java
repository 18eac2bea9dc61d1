/**
 * URI templates of RFC 6570, as used for the resource templates of a server: expanding them, and finding the values of
 * a URI. Start reading at {@link dev.mcpflux.uri.UriTemplate}.
 */
@NullMarked
package dev.mcpflux.uri;

import org.jspecify.annotations.NullMarked;
