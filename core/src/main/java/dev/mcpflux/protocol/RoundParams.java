package dev.mcpflux.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters of a request that may take several rounds (specification 2026-07-28: basic/patterns/mrtr). */
public interface RoundParams extends RequestParams {

    /**
     * The parameters of another round.
     *
     * @param inputResponses the answers to what the server asked for in the round before; null where it asked nothing
     * @param requestState what the server wants back from the round before
     */
    RoundParams withInput(@Nullable Map<String, Object> inputResponses, @Nullable String requestState);
}
