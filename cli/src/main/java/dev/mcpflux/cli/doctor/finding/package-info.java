/** What a check reports. Begin with {@link dev.mcpflux.cli.doctor.finding.Rule}, which lists all that can be found. */
@NullMarked
package dev.mcpflux.cli.doctor.finding;

import org.jspecify.annotations.NullMarked;
