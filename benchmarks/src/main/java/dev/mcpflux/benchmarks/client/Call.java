package dev.mcpflux.benchmarks.client;

import java.util.Map;

/**
 * One call of the tool {@code echo}, made beforehand, so that no client pays for making it.
 *
 * @param arguments as most clients take them
 * @param json as the others do
 * @param expected the text that must come back
 */
record Call(Map<String, Object> arguments, String json, String expected) {

    private static final int DIFFERENT = 1024;

    /** Calls whose answers differ, so that an answer that went to the wrong caller is seen. */
    static Call[] small() {
        Call[] calls = new Call[DIFFERENT];
        for (int i = 0; i < DIFFERENT; i++) {
            String text = "message " + i;
            calls[i] = new Call(Map.of("text", text), "{\"text\":\"" + text + "\"}", text);
        }
        return calls;
    }

    /** A call that is answered with a text of so many bytes. */
    static Call large(int bytes) {
        return new Call(Map.of("size", bytes), "{\"size\":" + bytes + "}", "x".repeat(bytes));
    }

    void check(String text) {
        if (!expected.equals(text)) {
            throw new WrongAnswerException("expected " + brief(expected) + " and got " + brief(text));
        }
    }

    private static String brief(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "… (" + text.length() + ")" : "'" + text + "'";
    }

    /** An answer that is not what was asked for: this ends the benchmark, unlike a call that fails. */
    static final class WrongAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongAnswerException(String message) {
            super(message);
        }
    }
}
