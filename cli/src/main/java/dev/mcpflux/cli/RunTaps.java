package dev.mcpflux.cli;

import dev.mcpflux.cli.trace.RunTrace;
import dev.mcpflux.host.HostConfig;
import org.jspecify.annotations.Nullable;

/**
 * What looks at the messages of one run.
 *
 * @param recording null if nothing is recorded
 * @param trace null if nothing is printed
 */
record RunTaps(@Nullable RunRecording recording, @Nullable RunTrace trace) {

    /** The same servers, looked at. */
    HostConfig of(HostConfig config) {
        HostConfig recorded = recording == null ? config : recording.of(config);
        return trace == null ? recorded : trace.of(recorded);
    }

    /** Waits, up to a limit, until everything is written. Any thread may call it, more than once. */
    void finish() {
        if (recording != null) {
            recording.finish();
        }
        if (trace != null) {
            trace.finish();
        }
    }
}
