/**
 * The live table of servers and the lines of events that {@code mcpflux watch} shows. Start reading at
 * {@code LiveWatch}; {@code WatchModel} holds what is shown.
 */
@NullMarked
package dev.mcpflux.cli.watch;

import org.jspecify.annotations.NullMarked;
