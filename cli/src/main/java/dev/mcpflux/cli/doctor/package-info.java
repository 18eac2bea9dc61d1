/**
 * Checks servers and their configuration, and reports what to do. Begin with {@link dev.mcpflux.cli.doctor.Checks}, which lists all
 * checks.
 */
@NullMarked
package dev.mcpflux.cli.doctor;

import org.jspecify.annotations.NullMarked;
