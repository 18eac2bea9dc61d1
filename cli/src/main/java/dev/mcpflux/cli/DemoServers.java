package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.config.ServerDefinition;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two built-in servers: the weather sample in two roles. Its jar is part of this one and is unpacked into a
 * temporary directory, which is deleted with the command.
 */
final class DemoServers implements AutoCloseable {

    private static final String RESOURCE = "/demo/weather-server.jar";

    private @Nullable Path directory;

    List<ServerDefinition> servers() {
        Path jar = unpack();
        return List.of(server("weather", jar, "weather"), server("clock", jar, "time"));
    }

    private static ServerDefinition server(String name, Path jar, String offer) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // a small program that runs for seconds: C1 and the serial collector start fastest
        return ServerDefinition.stdio(
                name,
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-jar",
                jar.toString(),
                "--name=" + name,
                "--offer=" + offer);
    }

    private Path unpack() {
        try (InputStream resource = DemoServers.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new UsageException(
                        "this build has no demo servers; name a configuration with -c or a server with --server");
            }
            Path unpacked = Files.createTempDirectory("mcpflux-demo");
            directory = unpacked;
            Path jar = unpacked.resolve("weather-server.jar");
            Files.copy(resource, jar);
            // also if an interrupt ends the JVM before close()
            unpacked.toFile().deleteOnExit();
            jar.toFile().deleteOnExit();
            return jar;
        } catch (IOException e) {
            throw new UsageException("the demo servers cannot be unpacked into "
                    + System.getProperty("java.io.tmpdir", "the temporary directory") + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        Path unpacked = directory;
        File[] files = unpacked == null ? null : unpacked.toFile().listFiles();
        if (unpacked != null && files != null) {
            for (File file : files) {
                boolean ignored = file.delete();
            }
            boolean ignored = unpacked.toFile().delete();
        }
    }
}
