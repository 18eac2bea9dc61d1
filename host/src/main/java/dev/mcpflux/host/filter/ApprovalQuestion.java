package dev.mcpflux.host.filter;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whether a call may be made. Names, descriptions and arguments come from a server or a model: show them by
 * {@link dev.mcpflux.text.SafeText}. {@code toString()} shows no argument.
 *
 * @param caller on whose behalf the call is made
 * @param call what is to be done
 * @param tool as its server lists it; null where it is not listed, and for prompts and resources
 * @param arguments what will be sent if the call is approved: exactly this, also if the caller changes its own objects meanwhile
 * @param reason the rule that asks
 */
public record ApprovalQuestion(
        Caller caller, HostCall call, @Nullable CatalogueTool tool, JsonNode arguments, String reason) {

    @Override
    public String toString() {
        return "ApprovalQuestion[" + caller + ", " + call + ", " + reason + "]";
    }
}
