package dev.mcpflux.transport.socket;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.resolver.SimpleNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Resolves names without a network. */
final class Names extends AddressResolverGroup<InetSocketAddress> {

    private final List<InetAddress> addresses;

    private Names(List<InetAddress> addresses) {
        this.addresses = addresses;
    }

    /** Resolves every name to these addresses. */
    static Names of(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return new Names(addresses);
    }

    /** Never resolves a name. */
    static Names never() {
        return new Names(List.of());
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new SimpleNameResolver<>(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) {
                if (!addresses.isEmpty()) {
                    promise.setSuccess(addresses.get(0));
                }
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                if (!addresses.isEmpty()) {
                    promise.setSuccess(addresses);
                }
            }
        });
    }
}
