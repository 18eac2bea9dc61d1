package dev.mcpflux.host.observation;

import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.text.SafeText;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One observed operation of a host. The carrier takes what the propagator of the tracer writes. What is known of the server arrives
 * while the call is made: a convention is asked again when the observation stops.
 */
public final class McpCallContext extends SenderContext<Map<String, String>> {

    /** How a call ended. */
    public enum Outcome {
        /** It has a result. */
        SUCCESS,
        /** The tool reports an error. */
        TOOL_ERROR,
        /** It failed. */
        ERROR,
        /** The caller cancelled it. */
        CANCELLED
    }

    private static final int MAX_NAME = 200;
    private static final int MAX_URI = 2_000;

    private final HostCall call;
    private final UnaryOperator<String> mask;

    private volatile @Nullable Outcome outcome;
    private volatile @Nullable ProtocolRevision revision;
    private volatile @Nullable String requestId;
    private volatile Endpoint endpoint = Endpoint.UNKNOWN;

    McpCallContext(HostCall call, UnaryOperator<String> mask) {
        super(
                (carrier, key, value) -> {
                    if (carrier != null) {
                        carrier.put(key, value);
                    }
                },
                Kind.CLIENT);
        this.call = call;
        this.mask = mask;
        setCarrier(new LinkedHashMap<>());
        if (!call.server().isEmpty()) {
            setRemoteServiceName(call.server());
        }
    }

    /** The operation, with its arguments: a convention that records them exposes what they hold. */
    public HostCall call() {
        return call;
    }

    /** The configured name of the server; empty for a call about all servers. */
    public String server() {
        return call.server();
    }

    /** The name of the tool at its server, safe to show; null if the call is about none. */
    public @Nullable String tool() {
        return call instanceof HostCall.CallTool tool ? shown(tool.tool(), MAX_NAME) : null;
    }

    /** The name of the prompt at its server, safe to show; null if the call is about none. */
    public @Nullable String prompt() {
        return call instanceof HostCall.GetPrompt prompt ? shown(prompt.prompt(), MAX_NAME) : null;
    }

    /** The URI of the resource, safe to show; null if the call is about none. */
    public @Nullable String resource() {
        return call instanceof HostCall.ReadResource resource ? shown(resource.uri(), MAX_URI) : null;
    }

    private String shown(String text, int most) {
        return SafeText.line(mask.apply(text), most);
    }

    /** How it ended; null as long as it has not. */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    void outcome(Outcome value) {
        outcome = value;
    }

    /** The revision that is spoken with the server; null as long as that is not known. */
    public @Nullable ProtocolRevision revision() {
        return revision;
    }

    void revision(@Nullable ProtocolRevision value) {
        revision = value;
    }

    /** The id of the last request that was sent for it; null if none was. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** {@code pipe}, {@code tcp} or {@code unix}; null as long as no request was sent, or if it is not known. */
    public @Nullable String networkTransport() {
        return endpoint.transport();
    }

    /** {@code http}, or null. */
    public @Nullable String networkProtocol() {
        return endpoint.protocol();
    }

    /** The host of the server, or the path of its socket; null for a process. */
    public @Nullable String serverAddress() {
        return endpoint.address();
    }

    /** The port of the server; -1 for none. */
    public int serverPort() {
        return endpoint.port();
    }

    /** A request is being sent. A list is read from several servers, so it has no id and no endpoint of its own. */
    void requested(String id, Endpoint to) {
        if (!server().isEmpty()) {
            requestId = id;
            endpoint = to;
        }
    }

    /** Without attributes that do not apply: meters need the same ones each time, spans do not. */
    @Override
    public KeyValues getAllKeyValues() {
        return Attributes.present(super.getAllKeyValues());
    }
}
