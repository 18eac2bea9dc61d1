package dev.mcpflux.archive;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;

/** An application that calls a tool when it starts; with the profile "training" it then ends. */
@SpringBootApplication
public class Application {

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    /** Spring awaits what {@code close()} returns when the context closes. */
    @Bean
    McpHost host(@Value("${server.command}") String command) {
        // a bean is ready when it is returned
        HostConfig config = HostConfig.builder()
                .server(ServerDefinition.stdio("demo", command))
                .build();
        return Objects.requireNonNull(McpHost.open(config).block());
    }

    @Bean
    @Profile("training")
    ApplicationRunner training(McpHost host, ConfigurableApplicationContext context) {
        return arguments -> {
            String text = Objects.requireNonNull(
                            host.callTool("demo__echo", Map.of("text", "x")).block())
                    .text();
            long millis = System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
            System.out.println("first result '" + text + "' after " + millis + " ms");
            context.close();
        };
    }
}
