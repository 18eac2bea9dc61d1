package dev.mcpflux.auth;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.stdio.ProgramRun;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what a helper has printed. */
final class HelperOutput {

    static final int MAX_BYTES = 64 * 1024;

    private static final int SNIPPET = 200;

    /** What is wrong with it, without anything that the helper printed to stdout. */
    static final class Problem extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String text;

        Problem(String text) {
            super(text);
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private HelperOutput() {}

    /**
     * The credentials.
     *
     * @throws Problem if the helper failed or printed something else
     */
    static Credentials read(ProgramRun.Result result) {
        if (result.exitCode() != 0) {
            String line = result.errors().lines().findFirst().orElse("");
            throw new Problem("ended with exit code " + result.exitCode()
                    + (line.isEmpty() ? "" : ": " + SafeText.line(line, SNIPPET)));
        }
        if (result.tooLong()) {
            throw new Problem("printed more than " + MAX_BYTES + " bytes");
        }
        JsonNode tree;
        try {
            tree = McpJson.mapper().readTree(result.output());
        } catch (JacksonException e) {
            // without its cause, which may quote the output
            throw new Problem("did not print JSON");
        }
        if (!tree.isObject()) {
            throw new Problem("did not print a JSON object");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : tree.properties()) {
            if (!member.getValue().isString()) {
                throw new Problem("printed something else than a string for the header '"
                        + SafeText.line(member.getKey(), SNIPPET) + "'");
            }
            headers.put(member.getKey(), member.getValue().stringValue());
        }
        return Credentials.headers(headers);
    }
}
