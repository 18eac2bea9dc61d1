package dev.mcpflux.samples.weather;

/**
 * What the caller of a tool did wrong, in words for the caller.
 *
 * <p>It never leaves the server as an exception: a tool answers it as a result with {@code isError}, which a model can
 * read and correct itself by; a prompt, whose result has no such flag, as <em>invalid params</em>.
 */
final class ToolFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        // no stack trace: it is an answer, and nobody looks for the line which gave it
        super(message, null, false, false);
    }
}
