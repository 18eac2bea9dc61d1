package dev.mcpflux.host;

import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The monitors of one host. Exists only where there are some. */
final class HostMonitors {

    private static final Logger log = LoggerFactory.getLogger(HostMonitors.class);

    private final List<HostMonitor> monitors;
    private final McpHost host;

    private volatile List<HostMonitor.Watch> watches = List.of();
    // guarded by this
    private boolean closed;

    HostMonitors(List<HostMonitor> monitors, McpHost host) {
        this.monitors = monitors;
        this.host = host;
    }

    /** The host is being started. Does nothing if it is closed already. */
    synchronized void start(HostEvents events) {
        if (closed) {
            return;
        }
        List<HostMonitor.Watch> begun = new ArrayList<>();
        for (HostMonitor monitor : monitors) {
            guarded(() -> begun.add(monitor.watch(host)));
        }
        watches = List.copyOf(begun);
        host.servers().forEach(server -> emit(new HostEvent.CurrentState(server.name(), server.life())));
        events.listen(this::emit);
    }

    private void emit(HostEvent event) {
        for (HostMonitor.Watch watch : watches) {
            guarded(() -> watch.onEvent(event));
        }
    }

    /** The host is closed; from now on no event is passed on. */
    synchronized void close() {
        List<HostMonitor.Watch> ended = watches;
        closed = true;
        watches = List.of();
        for (HostMonitor.Watch watch : ended) {
            guarded(watch::onClosed);
        }
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            Callbacks.throwIfFatal(e);
            log.warn("a monitor failed: {}", SafeText.line(e));
        }
    }
}
