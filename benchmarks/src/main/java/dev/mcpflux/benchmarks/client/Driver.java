package dev.mcpflux.benchmarks.client;

import java.time.Duration;
import java.util.List;

/** {@code main} of the JVM in which one client runs one row: {@code client row warmUpMillis millis number server…}. */
public final class Driver {

    private Driver() {}

    public static void main(String[] args) throws Exception {
        Client.Connector connector = switch (args[0]) {
            case "blocking" -> BlockingReference.connector();
            case "async" -> AsyncReference.connector();
            case "session" -> FluxSession.connector();
            case "host" -> FluxHost.connector();
            case "sdk" -> JavaSdk.connector();
            case "langchain4j" -> LangChain4j.connector();
            default -> throw new IllegalArgumentException("no client is called " + args[0]);
        };
        List<String> server = List.of(args).subList(5, args.length);
        if (args[1].equals("FIRST_RESULT")) {
            // not by way of Row, whose classes would be loaded then
            FirstResult.run(connector, server);
        } else {
            Row row = Row.valueOf(args[1]);
            if (server.contains("--http")) {
                try (HttpServer http = HttpServer.start(server)) {
                    row.run(setting(args, connector, http.asServer()));
                }
            } else {
                row.run(setting(args, connector, server));
            }
        }
        // clients that leave threads behind end here all the same
        System.exit(0);
    }

    private static Row.Setting setting(String[] args, Client.Connector connector, List<String> server) {
        return new Row.Setting(
                connector,
                server,
                Duration.ofMillis(Long.parseLong(args[2])),
                Duration.ofMillis(Long.parseLong(args[3])),
                Integer.parseInt(args[4]));
    }
}
