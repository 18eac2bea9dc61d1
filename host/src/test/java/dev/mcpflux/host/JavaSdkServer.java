package dev.mcpflux.host;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;

/**
 * The things, offered by the official Java SDK ({@code io.modelcontextprotocol.sdk}), which speaks the legacy era only: a
 * process over stdio, or one that listens and prints its URL. Ends when its input does.
 */
public final class JavaSdkServer {

    private JavaSdkServer() {}

    /** Takes {@code stdio}, or {@code streamable} or {@code sse} and the port to listen on, 0 for any. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "stdio" ->
                JavaSdkThings.offer(McpServer.sync(
                        new StdioServerTransportProvider(JavaSdkThings.MAPPER, new LastInput(System.in), System.out)));
            case "streamable" -> {
                HttpServletStreamableServerTransportProvider transport =
                        HttpServletStreamableServerTransportProvider.builder()
                                .mcpEndpoint("/mcp")
                                .build();
                JavaSdkThings.offer(McpServer.sync(transport));
                listen(transport, Integer.parseInt(args[1]), "/mcp");
            }
            case "sse" -> listenSse(Integer.parseInt(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    // as is what it speaks
    @SuppressWarnings("deprecation")
    private static void listenSse(int port) throws LifecycleException, IOException {
        HttpServletSseServerTransportProvider transport = HttpServletSseServerTransportProvider.builder()
                .sseEndpoint("/sse")
                .messageEndpoint("/message")
                .build();
        JavaSdkThings.offer(McpServer.sync(transport));
        listen(new OneAtATime(transport), port, "/sse");
    }

    /** That transport writes from several threads at once, and a writer of Tomcat is not made for it. */
    private static final class OneAtATime extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final HttpServlet transport;

        OneAtATime(HttpServlet transport) {
            this.transport = transport;
        }

        @Override
        public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            PrintWriter writer = new PrintWriter(response.getWriter());
            transport.service(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
                @Override
                public PrintWriter getWriter() {
                    return writer;
                }
            });
        }
    }

    private static void listen(Servlet servlet, int port, String path) throws LifecycleException, IOException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
        wrapper.setAsyncSupported(true);
        wrapper.setLoadOnStartup(1);
        context.addServletMappingDecoded("/*", "mcp");
        tomcat.start();
        System.out.println("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + path);
        try (InputStream input = new LastInput(System.in)) {
            input.transferTo(System.err);
        }
    }

    /** Nobody is left to stop this process once it has ended, and the threads of the SDK go on. */
    private static final class LastInput extends FilterInputStream {
        LastInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return orExit(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return orExit(super.read(bytes, offset, length));
        }

        private static int orExit(int read) {
            if (read < 0) {
                Runtime.getRuntime().halt(0);
            }
            return read;
        }
    }
}
