/**
 * URI templates of RFC 6570, which the resource templates of a server are: expanding them, and finding out which values a URI
 * was made from. Start reading with {@link dev.mcpflux.uri.UriTemplate}.
 */
@NullMarked
package dev.mcpflux.uri;

import org.jspecify.annotations.NullMarked;
