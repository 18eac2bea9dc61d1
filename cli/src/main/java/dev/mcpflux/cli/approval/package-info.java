/**
 * Asks a person about the servers of a file that comes with a project, before anything is started. Start reading at {@code
 * ProjectGate}; what an approval means is in {@link dev.mcpflux.host.approval.ProjectApproval}.
 */
@NullMarked
package dev.mcpflux.cli.approval;

import org.jspecify.annotations.NullMarked;
