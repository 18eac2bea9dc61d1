/** What checks ask this machine and the network. Each probe is an interface, so that tests need neither. */
@NullMarked
package dev.mcpflux.cli.doctor.probe;

import org.jspecify.annotations.NullMarked;
