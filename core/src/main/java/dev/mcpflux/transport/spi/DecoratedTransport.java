package dev.mcpflux.transport.spi;

import java.util.function.UnaryOperator;

/** The result of {@link Transport#with}. */
record DecoratedTransport(Transport transport, UnaryOperator<Connection> decorator) implements Transport {

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public String origin() {
        return transport.origin();
    }

    @Override
    public boolean remote() {
        return transport.remote();
    }

    @Override
    public Connection connection() {
        return decorator.apply(transport.connection());
    }

    @Override
    public String toString() {
        return transport.toString();
    }
}
