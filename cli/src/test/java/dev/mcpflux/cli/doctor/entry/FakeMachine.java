package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.probe.FileProbe;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.cli.doctor.probe.NetworkProbe;
import dev.mcpflux.cli.doctor.probe.ProgramProbe;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A machine that has what a test gives it. */
final class FakeMachine {

    static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

    static final Path FILE = Path.of("/home/me/mcp.json");

    final Map<String, String> variables = new HashMap<>(Map.of("PATH", "/bin"));
    final Set<Path> files = new HashSet<>();
    final Set<Path> directories = new HashSet<>();
    final Set<Path> open = new HashSet<>();
    final Set<String> programs = new HashSet<>();
    final Set<String> secrets = new HashSet<>();
    final Set<String> hosts = new HashSet<>();
    final Set<Integer> ports = new HashSet<>();
    final Map<String, Object> certificates = new HashMap<>();
    boolean sandbox;

    Machine machine() {
        return new Machine(
                variables::get,
                new FileProbe() {
                    @Override
                    public boolean isDirectory(Path path) {
                        return directories.contains(path);
                    }

                    @Override
                    public boolean isFile(Path path) {
                        return files.contains(path);
                    }

                    @Override
                    public boolean isReadableByOthers(Path path) {
                        return open.contains(path);
                    }
                },
                new ProgramProbe() {
                    @Override
                    public Optional<Path> program(StdioTransport transport) {
                        String shown = transport.toString();
                        return programs.stream()
                                .filter(program -> shown.contains(": " + program + ","))
                                .findFirst()
                                .map(program -> Path.of("/bin").resolve(program));
                    }

                    @Override
                    public @Nullable String nearest(String path, String command) {
                        return command.equals("pyhton") ? "python" : null;
                    }
                },
                new NetworkProbe() {
                    @Override
                    public Mono<Void> resolve(String host) {
                        return hosts.contains(host) ? Mono.empty() : Mono.error(new UnknownHostException(host));
                    }

                    @Override
                    public Mono<Void> connect(String host, int port) {
                        return ports.contains(port) ? Mono.empty() : Mono.error(new ConnectException("refused"));
                    }

                    @Override
                    public Mono<Instant> certificate(String host, int port) {
                        Object found = certificates.get(host);
                        return found instanceof Instant expires
                                ? Mono.just(expires)
                                : Mono.error(found instanceof IOException e ? e : new ConnectException("refused"));
                    }
                },
                name -> secrets.contains(name) ? Mono.just("found") : Mono.empty(),
                () -> sandbox,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static ConfiguredServer server(ServerDefinition definition) {
        return new ConfiguredServer(definition, definition.name(), FILE, false, List.of());
    }

    static ServerDefinition.Stdio process(String command, String... arguments) {
        return ServerDefinition.stdio("s", command, arguments);
    }

    static ServerDefinition.Stdio environment(VariableStyle style, String name, String value) {
        return process("cat").withEnvironment(Map.of(name, Template.of(value, null, style)));
    }

    /** What a check finds: {@code rule-id place}. */
    static <S> Stream<String> found(Check<S> check, S subject) {
        return findings(check, subject).stream()
                .map(finding -> (finding.rule().id() + " " + Objects.toString(finding.place(), "")).strip());
    }

    static <S> List<Finding> findings(Check<S> check, S subject) {
        List<Finding> found =
                Objects.requireNonNull(check.check(subject).collectList().block());
        found.forEach(finding -> {
            if (!check.rules().contains(finding.rule())) {
                throw new AssertionError(finding.rule() + " is not declared");
            }
        });
        return found;
    }
}
