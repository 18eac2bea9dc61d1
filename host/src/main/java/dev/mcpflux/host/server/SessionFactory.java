package dev.mcpflux.host.server;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.transport.spi.Transport;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Makes the sessions of one server: each start of it has a session of its own. */
final class SessionFactory {

    private final ServerDefinition definition;
    private final SessionOptions options;
    private final TransportFactory transports;
    private final UnaryOperator<Transport> decorator;
    private final EraMemory memory;

    /**
     * A factory.
     *
     * @param memory remembers the eras of all servers of the host
     * @param defaults for what the options of the server do not say
     * @param decorator changes each transport
     */
    SessionFactory(
            ServerDefinition definition,
            SessionOptions defaults,
            TransportFactory transports,
            UnaryOperator<Transport> decorator,
            EraMemory memory) {
        this.definition = definition;
        this.options = options(definition.options(), defaults);
        this.transports = transports;
        this.decorator = decorator;
        this.memory = memory;
    }

    private static SessionOptions options(ServerOptions config, SessionOptions defaults) {
        SessionOptions.Builder own = defaults.mutate();
        if (config.startTimeout() != null) {
            own.startTimeout(config.startTimeout());
        }
        if (config.request() != null) {
            own.request(config.request());
        }
        if (config.era() != null) {
            own.era(config.era());
        }
        return own.build();
    }

    /** The options of its sessions. */
    SessionOptions options() {
        return options;
    }

    /**
     * A session that is not open yet; fails where the definition is wrong or a variable of it is not set. Completes without one if
     * its generation is closed while a value of a variable is waited for.
     */
    Mono<McpSession> create(Generation generation) {
        return transports
                .transport(definition, generation.whenStopping())
                .map(transport -> McpSession.create(decorator.apply(transport), options, memory));
    }

    /** An error of a start, as one of this library that names the setting that caused it. */
    McpException toMcp(Throwable e) {
        String source = definition.options().startTimeoutSource();
        if (source != null
                && e instanceof McpTimeoutException late
                && late.limit().equals(definition.options().startTimeout())) {
            return late.withSource(source);
        }
        return e instanceof McpException mcp
                ? mcp
                : new McpConnectionException(definition.name(), "it failed: " + e, Diagnostics.NONE, e);
    }
}
