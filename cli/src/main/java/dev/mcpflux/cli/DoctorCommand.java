package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.discover.DiscoveredFile;
import dev.mcpflux.cli.discover.FileDiscovery;
import dev.mcpflux.cli.doctor.Checks;
import dev.mcpflux.cli.doctor.Diagnosis;
import dev.mcpflux.cli.doctor.Doctor;
import dev.mcpflux.cli.doctor.Patients;
import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.cli.doctor.finding.Severity;
import dev.mcpflux.cli.doctor.offer.Offer;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.config.form.FormFiles;
import dev.mcpflux.schema.JsonSchemaValidator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "doctor",
        description = {
            "Check the servers: their configuration, their programs and addresses, and what they offer to a model.",
            "Says what to do about each finding. Each server has 10s to start, or the time of --timeout; servers that"
                    + " are not approved are not started.",
            "Exit code: 0 without a problem, 1 with one, 3 if a server cannot be started or reached."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux doctor",
            "  mcpflux doctor files --severity warning",
            "  mcpflux doctor --all --offline",
            "  mcpflux doctor --strict -o jsonpath='{.findings[?(@.severity==\"problem\")].id}'"
        })
final class DoctorCommand extends HostCommand {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The start, and each of the lists. */
    private static final int STEPS = 5;

    @Parameters(paramLabel = "SERVER", description = "The servers to check. Default: all.")
    List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Check the servers of all files that discover finds.")
    boolean all;

    @Option(names = "--offline", description = "Start and contact nothing.")
    boolean offline;

    @Option(names = "--strict", description = "Warnings count as problems.")
    boolean strict;

    @Option(
            names = "--severity",
            paramLabel = "LEVEL",
            description = "The least severity to show: ok (the default), advice, warning or problem.")
    Severity severity = Severity.OK;

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        if (all) {
            return ofAllFiles();
        }
        if (offline) {
            return withoutHost(servers -> {
                Patients patients = configured();
                return examine(patients, null);
            });
        }
        ServerSelection from = new ServerSelection();
        from.servers.addAll(names);
        return withHost(from, host -> examine(configured(), server -> offer(host, server)));
    }

    private Patients configured() {
        return selected(Patients.of(definitions(), this::sourceOf, inputs(), warnings()));
    }

    private Patients selected(Patients patients) {
        if (names.isEmpty()) {
            return patients;
        }
        ServerSelection.check(
                names,
                patients.names(),
                new Hint(all ? "mcpflux discover" : root().again("servers"), "to see the servers"));
        return patients.only(names);
    }

    private int ofAllFiles() {
        root().record.refuse();
        Path here = Path.of("").toAbsolutePath();
        List<DiscoveredFile> files = new FileDiscovery(here, System::getenv)
                .read(FormFiles.ofThisMachine().in(here))
                .collectList()
                .block();
        Patients patients = selected(Patients.of(Objects.requireNonNull(files), ApprovalStore.ofUser()));
        if (offline) {
            return Objects.requireNonNull(examine(patients, null).block());
        }
        HostConfig.Builder config = HostConfig.builder();
        patients.started().forEach(server -> config.server(server.definition()));
        config.variables(sources -> sources.inputs(patients.servers().stream()
                .flatMap(server -> server.inputs().stream())
                .distinct()
                .toList()));
        return withServers(config, host -> examine(patients, server -> offer(host, server)));
    }

    @Override
    HostConfig prepared(HostConfig config) {
        Duration given = root().timeout;
        return config.mutate()
                // a required server that fails is a finding, too
                .servers(server -> server.with(options -> {
                    options.required(false);
                    return given != null
                            ? options
                            : options.startTimeout(LIMIT, "the limit of doctor").request(RequestOptions.within(LIMIT));
                }))
                .startup(HostConfig.Startup.REQUIRED)
                .build();
    }

    /** What a server offers. Never fails. */
    private Mono<Offer> offer(McpHost host, ConfiguredServer server) {
        Duration limit = root().timeout == null ? LIMIT : root().timeout;
        return ServerInspection.of(host.server(server.name()), Schedulers.parallel())
                .timeout(limit.multipliedBy(STEPS))
                .map(inspection -> new Offer(server.definition(), inspection, null))
                .onErrorResume(Exception.class, e -> Mono.just(new Offer(server.definition(), null, e)));
    }

    private Mono<Integer> examine(Patients patients, @Nullable Function<ConfiguredServer, Mono<Offer>> start) {
        Duration limit = root().timeout == null ? LIMIT : root().timeout;
        Checks checks = Checks.of(Machine.ofThisMachine(limit), proxies(), JsonSchemaValidator.create());
        Progress progress = new Progress(
                patients.started().stream().map(ConfiguredServer::name).toList());
        return new Doctor(checks, this::command, progress::finished)
                .examine(patients, start)
                .map(diagnosis -> {
                    output().screen().statusDone();
                    return show(diagnosis);
                });
    }

    private String command(ConfiguredServer server, String command) {
        return all && server.file() != null
                ? "mcpflux -c " + ShellWords.quote(server.file().toString()) + " " + command + " "
                        + ShellWords.quote(server.original())
                : root().again(command, server.original());
    }

    private int show(Diagnosis diagnosis) {
        if (output().format().kind() == OutputFormat.Kind.NAME) {
            output().list(diagnosis.listing(), diagnosis.from(severity));
        } else {
            String home = System.getProperty("user.home", "");
            output().show(diagnosis.document(
                    severity, text -> home.length() < 2 ? text : text.replace(home + "/", "~/")));
        }
        return diagnosis.exitCode(strict);
    }

    /** One line on standard error, at a terminal, with what is waited for. */
    private final class Progress {

        private final int number;
        private final Set<String> waiting;

        Progress(List<String> servers) {
            number = servers.size();
            waiting = new LinkedHashSet<>(servers);
        }

        synchronized void finished(String server) {
            waiting.remove(server);
            if (!waiting.isEmpty() && output().display().redraws()) {
                String line = (number - waiting.size()) + "/" + number + " checked, waiting for "
                        + String.join(", ", waiting);
                output().screen()
                        .status(TextColumns.cut(line, output().display().columns() - 1));
            }
        }
    }
}
