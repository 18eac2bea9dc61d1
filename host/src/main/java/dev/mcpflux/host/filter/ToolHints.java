package dev.mcpflux.host.filter;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.protocol.ToolAnnotations;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * What a server says about a tool: its annotations, with the defaults of the specification for absent ones, and the keys of its
 * {@code _meta} that hosts honour. The keys are those of Claude Code (code.claude.com/docs/en/mcp; issue 42869 of
 * anthropics/claude-code), which many servers set.
 *
 * @param readOnly "Default: false"
 * @param destructive "Default: true"; false for a read-only tool that does not say otherwise, since the hint "is meaningful only
 *     when readOnlyHint == false"
 * @param idempotent "Default: false"; true for a read-only tool
 * @param openWorld "Default: true"
 * @param requiresInteraction {@value #INTERACTION}: a person is asked before each call, whatever else allows it
 * @param maxChars {@value #MAX_CHARS}: how many characters of a result the host should take; 0 if it does not say
 */
record ToolHints(
        boolean readOnly,
        boolean destructive,
        boolean idempotent,
        boolean openWorld,
        boolean requiresInteraction,
        long maxChars) {

    static final String INTERACTION = "anthropic/requiresUserInteraction";
    static final String MAX_CHARS = "anthropic/maxResultSizeChars";

    /** Of a tool about which nothing is known: it may do anything. */
    static final ToolHints UNKNOWN = new ToolHints(false, true, false, true, false, 0);

    /** Of prompts and resources. */
    static final ToolHints READS = new ToolHints(true, false, true, true, false, 0);

    static ToolHints of(Tool tool) {
        ToolAnnotations annotations = tool.annotations();
        JsonNode meta = tool.meta();
        if (annotations == null && meta == null) {
            return UNKNOWN;
        }
        boolean readOnly = annotations != null && or(annotations.readOnlyHint(), false);
        return new ToolHints(
                readOnly,
                annotations == null || or(annotations.destructiveHint(), !readOnly),
                readOnly || (annotations != null && or(annotations.idempotentHint(), false)),
                annotations == null || or(annotations.openWorldHint(), true),
                meta != null && meta.path(INTERACTION).asBoolean(false),
                meta == null ? 0 : Math.max(0, meta.path(MAX_CHARS).asLong(0)));
    }

    private static boolean or(@Nullable Boolean hint, boolean otherwise) {
        return hint == null ? otherwise : hint;
    }

    /** Whether a call may be made twice. */
    boolean mayRepeat() {
        return readOnly || idempotent;
    }

    /**
     * The tool of a call; empty if its server does not list it. Fails if the list cannot be read: then nothing is known, and
     * whoever has to decide must not guess.
     */
    static Mono<Optional<CatalogueTool>> lookUp(HostCall.CallTool call, HostFilter.Next next) {
        return next.tool(call)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .onErrorResume(ToolHints::isNotListed, e -> Mono.just(Optional.empty()));
    }

    /** As {@code McpToolNotFoundException}, which stands above this package. */
    private static boolean isNotListed(Throwable e) {
        return e instanceof McpException failed
                && !(e instanceof McpServerUnavailableException)
                && failed.server() == null
                && failed.outcome() == CallOutcome.NOT_SENT
                && !failed.isTransient();
    }
}
