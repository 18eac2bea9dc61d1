package dev.mcpflux.auth.oauth;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import reactor.core.scheduler.Schedulers;

/**
 * Resolves names to the addresses that may be reached. The check is here, and not before the request, because a name may
 * resolve to another address a moment later.
 */
final class GuardedResolver extends AddressResolverGroup<InetSocketAddress> {

    /** A name whose addresses must not be reached. */
    static final class Refused extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        Refused(String host) {
            super(host);
        }
    }

    private final Reach reach;
    private final Set<String> configured;

    /**
     * Resolves names for the requests for one server.
     *
     * @param configured the names whose addresses may be anywhere
     */
    GuardedResolver(Reach reach, Set<String> configured) {
        this.reach = reach;
        this.configured = configured;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new Names(executor));
    }

    private final class Names extends InetNameResolver {

        Names(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            resolve(host, promise, allowed -> allowed.get(0));
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            resolve(host, promise, allowed -> allowed);
        }

        private <T> void resolve(
                String host, Promise<T> promise, java.util.function.Function<List<InetAddress>, T> result) {
            // the resolver of the JDK blocks
            Schedulers.boundedElastic().schedule(() -> {
                try {
                    promise.trySuccess(result.apply(allowed(host)));
                } catch (UnknownHostException e) {
                    promise.tryFailure(e);
                }
            });
        }

        private List<InetAddress> allowed(String host) throws UnknownHostException {
            List<InetAddress> allowed = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (reach.allows(address) || configured.contains(host)) {
                    allowed.add(address);
                }
            }
            if (allowed.isEmpty()) {
                throw new Refused(host);
            }
            return allowed;
        }
    }
}
