package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.trace.RunTrace;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command that record or print the messages of its servers. */
final class RecordFlags {

    @Option(
            names = "--record",
            paramLabel = "FILE",
            converter = PathConverter.class,
            scope = ScopeType.INHERIT,
            description = "Record all messages of all servers of this run in a new file, one JSON object a line."
                    + " Configured secrets are masked. 'mcpflux drift FILE' compares servers with it.")
    @Nullable
    Path file;

    @Option(
            names = "--record-replace",
            scope = ScopeType.INHERIT,
            description = "Let --record replace a file that exists.")
    boolean replace;

    @Option(
            names = "--trace",
            scope = ScopeType.INHERIT,
            description = "Print all messages on standard error, each with the milliseconds since the start, shortened."
                    + " Configured secrets are masked.")
    boolean trace;

    /** @throws UsageException if the file cannot be created; to be called before anything is printed or started */
    void check() {
        if (file != null) {
            RunRecording.check(file, replace);
        } else if (replace) {
            throw new UsageException("--record-replace is for --record, which is missing");
        }
    }

    /**
     * Starts what the flags ask for.
     *
     * @param notes where an error of the recording is reported, and messages are printed
     * @throws UsageException as {@link #check()}
     */
    RunTaps start(Consumer<String> notes) {
        check();
        return new RunTaps(
                file == null ? null : RunRecording.start(file, replace, notes), trace ? RunTrace.start(notes) : null);
    }

    /** @throws UsageException if something is to be recorded by a command that opens no server */
    void refuse() {
        if (file != null || replace || trace) {
            throw new UsageException((trace ? "--trace" : "--record") + " is for commands that open servers");
        }
    }
}
