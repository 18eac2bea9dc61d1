/**
 * Keeps files that came with a project from starting anything before a person has approved it, entry by entry. Start reading
 * at {@link dev.mcpflux.host.approval.ProjectApproval}; what counts as the same entry is in {@code EntryForm}.
 */
@NullMarked
package dev.mcpflux.host.approval;

import org.jspecify.annotations.NullMarked;
