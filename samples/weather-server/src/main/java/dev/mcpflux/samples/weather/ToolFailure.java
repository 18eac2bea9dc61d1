package dev.mcpflux.samples.weather;

/**
 * A mistake of the caller of a tool, with a message for the caller.
 *
 * <p>It never leaves the server as an exception: a tool returns it as a result with {@code isError}, which a model can
 * read and use to correct itself; a prompt, whose result has no such flag, as <em>invalid params</em>.
 */
final class ToolFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        // no stack trace: it is a response, not a defect
        super(message, null, false, false);
    }
}
