package dev.mcpflux.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One round of a request (specification 2026-07-28: basic/patterns/mrtr).
 *
 * @param number the number of the round, starting at 1
 * @param inputs the answers to the requests for input of the previous round; null if there were none
 * @param state the state of the server to send back
 */
record Round(
        int number,
        @Nullable Map<String, Object> inputs,
        @Nullable String state) {

    static final Round FIRST = new Round(1, null, null);
}
