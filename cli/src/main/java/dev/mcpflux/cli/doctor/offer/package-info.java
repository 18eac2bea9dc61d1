/**
 * Checks of what started servers offer.
 * Begin with {@link dev.mcpflux.cli.doctor.offer.Offer}.
 */
@NullMarked
package dev.mcpflux.cli.doctor.offer;

import org.jspecify.annotations.NullMarked;
