/**
 * The forms in which clients of the Model Context Protocol write their servers down, as one table: where the files are, where in
 * them the servers stand, and what each key means. Start at {@link dev.mcpflux.host.config.form.ConfigForms}.
 */
@NullMarked
package dev.mcpflux.host.config.form;

import org.jspecify.annotations.NullMarked;
