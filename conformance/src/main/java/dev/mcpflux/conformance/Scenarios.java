package dev.mcpflux.conformance;

import static dev.mcpflux.conformance.Call.call;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The scenarios of the suite that this program supports, by name. */
final class Scenarios {

    private Scenarios() {}

    /**
     * The scenario of this name, empty if it is not supported.
     *
     * @param context the JSON object that the suite provides, or null
     */
    static Optional<Scenario> of(String name, @Nullable String context) {
        Scenario scenario = switch (name) {
            case "initialize", "request-metadata" -> new ListTools();
            case "tools_call" ->
                new CallTools(call("add_numbers", Map.of("a", 5, "b", 3)).expecting("is 8"));
            case "sse-retry" -> new CallTools(call("test_reconnection").expecting("completed successfully"));
            case "elicitation-sep1034-client-defaults" ->
                new CallTools(call("test_client_elicitation_defaults").expecting("Elicitation completed"));
            case "sep-2322-client-request-state" ->
                new CallTools(
                        call("test_mrtr_echo_state").expecting("echo-state-ok"),
                        call("test_mrtr_unrelated").expecting("unrelated-ok"),
                        call("test_mrtr_no_state").expecting("no-state-ok"),
                        call("test_mrtr_no_result_type").expecting("no-result-type-test-ok"));
            case "http-standard-headers" -> new UseEverything();
            case "http-custom-headers" -> new CallTools(Call.ofContext(context));
            case "http-invalid-tool-headers" -> new CallEveryTool(Map.of("region", "us-west1"));
            case "json-schema-ref-no-deref" -> new RefuseSchemas("lookup_user", Map.of("id", "someone"));
            case "json-schema-2020-12-preservation" ->
                new EchoSchema("json_schema_2020_12_tool", "json_schema_echo", "schema");
            default -> null;
        };
        return Optional.ofNullable(scenario);
    }
}
