package dev.mcpflux.transport.socket;

import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.netty.tcp.TcpClient;

/** Records all channels that a client creates. */
final class ClientChannels {

    private final Set<Channel> made = ConcurrentHashMap.newKeySet();

    TcpClient watch(TcpClient client) {
        return client.doOnChannelInit((observer, channel, address) -> made.add(channel));
    }

    int made() {
        return made.size();
    }

    List<Channel> open() {
        return made.stream().filter(Channel::isOpen).toList();
    }

    void assertNoneOpen() {
        LineServer.waitUntil("the client's channels are closed", () -> open().isEmpty());
    }
}
