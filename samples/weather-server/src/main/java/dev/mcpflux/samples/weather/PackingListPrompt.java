package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** {@code packing_list}: asks a model what to pack for a stay in a city. */
final class PackingListPrompt {

    private static final String DEFAULT_DAYS = "3";

    private static final Prompt PROMPT = Prompt.builder("packing_list")
            .title("Packing list")
            .description("What to pack for a stay in a city")
            .arguments(List.of(
                    PromptArgument.builder("city")
                            .title("City")
                            .description("Where to")
                            .required(true)
                            .build(),
                    PromptArgument.builder("days")
                            .title("Days")
                            .description("How many days, " + DEFAULT_DAYS + " if not given")
                            .required(false)
                            .build()))
            .build();

    private final Cities cities;

    PackingListPrompt(Cities cities) {
        this.cities = cities;
    }

    AsyncPromptSpecification specification() {
        return new AsyncPromptSpecification(
                PROMPT,
                (exchange, request) -> Mono.fromSupplier(() -> get(request))
                        .onErrorMap(ToolFailure.class, PackingListPrompt::invalidParams));
    }

    private GetPromptResult get(GetPromptRequest request) {
        Arguments arguments = Arguments.of(request.arguments(), Set.of("city", "days"));
        City city = cities.find(arguments.text("city"));
        int days = days(arguments.text("days", DEFAULT_DAYS));
        String text = "Write a packing list for a stay of " + days + (days == 1 ? " day" : " days") + " in "
                + city.label() + ". What to expect there: "
                + WeatherReport.of(city, Units.METRIC).text(city)
                + ". Group the list by clothes, toiletries and other things, and keep it short.";
        return GetPromptResult.builder(List.of(PromptMessage.builder(
                                Role.USER, TextContent.builder(text).build())
                        .build()))
                .description("Packing list for " + city.label())
                .build();
    }

    // MCP, Prompts: the arguments of a prompt are texts, even those that represent a number
    private static int days(String text) {
        try {
            int days = Integer.parseInt(text);
            if (days > 0) {
                return days;
            }
        } catch (NumberFormatException e) {
            // reported below with the same message as zero
        }
        throw new ToolFailure("Argument 'days' must be a positive whole number, but is '" + text + "'.");
    }

    private static McpError invalidParams(ToolFailure failure) {
        return McpError.builder(McpSchema.ErrorCodes.INVALID_PARAMS)
                .message(String.valueOf(failure.getMessage()))
                .build();
    }
}
