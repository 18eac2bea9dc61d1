package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.question.QuestionHandlers;
import dev.mcpflux.cli.question.QuestionQueue;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.Extensions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.protocol.LogLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that configure the client: which era it speaks, and how it answers questions. */
final class SessionFlags {

    @Option(
            names = "--era",
            converter = EraConverter.class,
            paramLabel = "ERA",
            scope = ScopeType.INHERIT,
            description =
                    "The era of the protocol to speak: auto (modern where the server can, else legacy; the default),"
                            + " modern or legacy. Overrides the configuration.")
    @Nullable
    EraPolicy era;

    @Option(
            names = "--yes",
            scope = ScopeType.INHERIT,
            description = "Answer the forms of servers with the defaults they give; decline those that require a value"
                    + " without a default, and addresses to open. Approve calls that the configuration asks about.")
    boolean yes;

    @Option(
            names = "--no-input",
            scope = ScopeType.INHERIT,
            description =
                    "Decline all questions of servers and calls that the configuration asks about, and never wait for a"
                            + " person. Without this and --yes, you are asked at"
                            + " the terminal.")
    boolean noInput;

    @Option(
            names = "--log-level",
            converter = LevelConverter.class,
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description = "Show the log messages of servers on standard error, from this level on: debug, info, notice,"
                    + " warning, error, critical, alert or emergency.")
    @Nullable
    LogLevel logLevel;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            converter = PathConverter.class,
            scope = ScopeType.INHERIT,
            description = "A directory that servers may work in (a root). Repeatable.")
    List<Path> roots = new ArrayList<>();

    @Option(
            names = "--input",
            paramLabel = "ID=VALUE",
            scope = ScopeType.INHERIT,
            description = "The answer to an input of the configuration ($${input:ID}), which you are asked for"
                    + " otherwise. Repeatable. Other users of this machine can see the command line.")
    List<String> inputs = new ArrayList<>();

    @Option(
            names = "--command-inputs",
            scope = ScopeType.INHERIT,
            description = "Run the commands that inputs of the configuration name. Never done for files of a project.")
    boolean commandInputs;

    /** Whether the command has no place for questions; forms are answered with {@link #yes} only. */
    boolean unattended;

    /** Whether the terminal was looked for, once for a whole run. */
    private boolean opened;

    private @Nullable QuestionQueue person;

    /** Replaces the message of a failed conversion by one that lists the allowed values. */
    private static <T> T convert(Function<String, T> conversion, String value) {
        try {
            return conversion.apply(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    static final class EraConverter implements ITypeConverter<EraPolicy> {
        @Override
        public EraPolicy convert(String value) {
            return SessionFlags.convert(EraPolicy::of, value);
        }
    }

    static final class LevelConverter implements ITypeConverter<LogLevel> {
        @Override
        public LogLevel convert(String value) {
            return SessionFlags.convert(LogLevel::of, value);
        }
    }

    /** Questions are asked here instead of at the terminal of the process. */
    void ask(QuestionQueue at) {
        opened = true;
        person = yes || noInput || unattended ? null : at;
    }

    /** Asks the person at the terminal, one question after the other; null without a person or a terminal. */
    @Nullable
    QuestionQueue person(Output output) {
        if (!opened) {
            opened = true;
            Terminal terminal = yes || noInput || unattended || output.json() ? null : Terminal.open();
            person = terminal == null ? null : new QuestionQueue(terminal, output.screen());
        }
        return person;
    }

    /** Who decides about calls that the configuration of a server wants approved. */
    CallApprover approver(Output output) {
        return new CallApprover(yes, noInput, person(output));
    }

    /** Who answers inputs of the configuration. */
    InputAsker inputs(Output output) {
        if (inputs.isEmpty()) {
            return (input, server) -> InputAnswers.of(inputs, person(output)).ask(input, server);
        }
        // what is written wrongly is said before anything is started
        return InputAnswers.of(inputs, person(output));
    }

    /** Applies the flags to the options of all sessions. */
    SessionOptions apply(SessionOptions options, Output output) {
        if (yes && noInput) {
            throw new UsageException("--yes and --no-input exclude each other");
        }
        SessionOptions.Builder builder = options.mutate()
                .handlers(new QuestionHandlers(output, yes, noInput, person(output)).handlers(roots))
                // a call that becomes a task is followed, and its state is shown
                .extension(Extensions.TASKS)
                .logLevel(logLevel);
        if (era != null) {
            builder.era(era);
        }
        return builder.build();
    }
}
