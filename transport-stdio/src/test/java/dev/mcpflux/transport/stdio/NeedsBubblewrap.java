package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.stdio.sandbox.Sandbox;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests where no sandbox can be made, with the reason. With {@code MCPFLUX_SANDBOX_REQUIRED} set they fail instead. */
final class NeedsBubblewrap implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            Sandbox.of(
                    SandboxOptions.builder().enabled(true).build(),
                    new Sandbox.Launch(List.of("/bin/sh"), Path.of("/usr"), Path.of("/usr"), Map.of(), List.of()));
            return ConditionEvaluationResult.enabled("bubblewrap works");
        } catch (IOException e) {
            return System.getenv("MCPFLUX_SANDBOX_REQUIRED") != null
                    ? ConditionEvaluationResult.enabled("required")
                    : ConditionEvaluationResult.disabled(String.valueOf(e.getMessage()));
        }
    }
}
