package dev.mcpflux.benchmarks.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** The server of the rows about HTTP: started once for a driver, since what is measured is not its start. */
final class HttpServer implements AutoCloseable {

    private final Process process;
    private final String url;

    private HttpServer(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        @SuppressWarnings("resource") // its end is that of the process
        BufferedReader out = process.inputReader();
        try {
            String port = out.readLine();
            if (port == null) {
                throw new IOException("the server did not say its port");
            }
            url = "http://127.0.0.1:" + port;
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
    }

    static HttpServer start(List<String> command) throws IOException {
        return new HttpServer(command);
    }

    /** Whether a server is to be reached by HTTP and not to be started. */
    static boolean isUrl(List<String> server) {
        return server.get(0).startsWith("http:");
    }

    /** In place of a command. */
    List<String> asServer() {
        return List.of(url);
    }

    static String endpoint(List<String> server) {
        return server.get(0) + "/mcp";
    }

    @Override
    public void close() {
        process.destroy();
    }
}
