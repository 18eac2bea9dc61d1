package dev.mcpflux.conformance;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Sampling;
import java.util.List;
import reactor.core.publisher.Mono;

/** Accepts every question of a server and leaves all its values unchanged. */
final class Answers {

    private Answers() {}

    static ClientHandlers handlers() {
        return ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept()))
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text("none", "Yes.")))
                .roots(List.of())
                .build();
    }
}
