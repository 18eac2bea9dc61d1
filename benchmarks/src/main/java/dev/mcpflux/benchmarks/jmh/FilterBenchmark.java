package dev.mcpflux.benchmarks.jmh;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.filter.AuditLog;
import dev.mcpflux.host.filter.AuditRecord;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.PolicyRule;
import dev.mcpflux.host.filter.Redaction;
import dev.mcpflux.host.filter.ResultLimits;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.filter.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A call of a host over a stream in memory, with one filter at a time: what each costs, and what none does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FilterBenchmark {

    private static final Map<String, Object> ARGUMENTS = Map.of("text", "message 1");

    @Param({
        "none", "empty", "policy", "policyWithoutHint", "policyByArguments", "limits", "redaction", "credentials",
        "retry", "audit", "auditHashed", "all"
    })
    private String filter = "none";

    private McpHost host;
    private AuditRecord last;

    private HostFilter audit(AuditLog.Arguments arguments) {
        return AuditLog.builder().arguments(arguments).build().filter(record -> last = record);
    }

    private static HostFilter policy(boolean hint, PolicyRule... rules) {
        return ToolPolicy.builder()
                .rules(List.of(rules))
                .honoursInteractionHint(hint)
                .build()
                .filter();
    }

    private List<HostFilter> filters() {
        return switch (filter) {
            case "none" -> List.of();
            case "empty" -> List.of((call, next) -> next.proceed(call));
            case "policy" -> List.of(policy(true, PolicyRule.deny("*", "delete_*"), PolicyRule.allow("*", "*")));
            case "policyWithoutHint" ->
                List.of(policy(false, PolicyRule.deny("*", "delete_*"), PolicyRule.allow("*", "*")));
            case "policyByArguments" ->
                List.of(policy(
                        false,
                        PolicyRule.builder()
                                .action(PolicyRule.Action.ALLOW)
                                .arguments(Map.of("/text", "mess*"))
                                .build()));
            case "limits" -> List.of(ResultLimits.defaults().filter());
            case "redaction" ->
                List.of(Redaction.builder()
                        .literals(List.of("s3cr3t"))
                        .credentials(false)
                        .build()
                        .filter());
            case "credentials" -> List.of(Redaction.defaults().filter());
            case "retry" -> List.of(RetryOptions.defaults().filter());
            case "audit" -> List.of(audit(AuditLog.Arguments.OMITTED));
            case "auditHashed" -> List.of(audit(AuditLog.Arguments.HASHED));
            case "all" ->
                List.of(
                        audit(AuditLog.Arguments.HASHED),
                        ResultLimits.defaults().filter(),
                        Redaction.defaults().filter(),
                        policy(true, PolicyRule.deny("*", "delete_*"), PolicyRule.allow("*", "*")),
                        RetryOptions.defaults().filter());
            default -> throw new IllegalArgumentException(filter);
        };
    }

    @Setup
    public void open() {
        HostConfig.Builder config = HostConfig.builder().server(Loop.transport());
        filters().forEach(config::filter);
        host = Objects.requireNonNull(McpHost.open(config.build()).block());
    }

    @TearDown
    public void close() {
        host.close().block();
    }

    @Benchmark
    public Object call() {
        return Objects.requireNonNull(host.callTool("loop__echo", ARGUMENTS).block());
    }
}
