/**
 * Questions of servers, asked at the terminal: forms, and addresses to open. Start reading at
 * {@code QuestionHandlers}, which chooses who answers.
 */
@NullMarked
package dev.mcpflux.cli.question;

import org.jspecify.annotations.NullMarked;
