package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who says a message of a conversation, or who a block of content is for (specification: server/prompts, client/sampling). */
public enum Role {
    USER,
    ASSISTANT;

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role with this name.
     *
     * @throws IllegalArgumentException if no role has this name; the message lists the roles
     */
    @JsonCreator
    public static Role of(String wire) {
        Role role = find(wire);
        if (role == null) {
            throw new IllegalArgumentException("there is no role '" + wire + "'; there are user, assistant");
        }
        return role;
    }

    /** The role with this name, or null if no role has this name. */
    public static @Nullable Role find(String wire) {
        return Arrays.stream(values())
                .filter(role -> role.wire().equals(wire))
                .findFirst()
                .orElse(null);
    }

    @Override
    public String toString() {
        return wire();
    }
}
