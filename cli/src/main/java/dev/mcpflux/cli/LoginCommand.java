package dev.mcpflux.cli;

import dev.mcpflux.auth.oauth.Browser;
import dev.mcpflux.auth.oauth.TokenStatus;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.http.ProxySettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "login",
        description = {
            "Log in to a server that is reached by HTTP, in the browser. The tokens are kept for other commands.",
            "The address of the page is printed too: it works in any browser of this machine."
        })
final class LoginCommand extends HostCommand {

    /** As long as a person may take, and the start of the server besides. */
    private static final Duration LIMIT = Duration.ofMinutes(6);

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server to log in to.")
    String server = "";

    @Option(names = "--no-browser", description = "Only print the address of the page.")
    boolean noBrowser;

    @Option(
            names = "--device",
            description = "Log in on another device, with a short code, if the authorization server offers that.")
    boolean device;

    @Override
    public Integer call() {
        if (root().session.noInput) {
            throw new UsageException("a login needs a person, and --no-input says there is none");
        }
        ServerSelection from = new ServerSelection();
        from.servers.add(server);
        return withHost(from, this::login);
    }

    @Override
    Logins logins(ProxySettings proxies) {
        return Logins.withPerson(output(), proxies, noBrowser || device ? Browser.none() : Browser.ofSystem(), device);
    }

    @Override
    ServerDefinition adapted(ServerDefinition definition) {
        return root().timeout == null ? definition.with(o -> o.startTimeout(LIMIT)) : definition;
    }

    private Mono<Integer> login(McpHost host) {
        Logins.Configured oauth = configured(server);
        if (oauth == null) {
            throw new UsageException("server '" + server + "' does not use OAuth, so there is nothing to log in to");
        }
        return host.server(server)
                .useOne(session -> Mono.empty())
                .then(oauth.source().status(server, oauth.resource(), Caller.ANONYMOUS))
                .map(this::print)
                .switchIfEmpty(Mono.fromSupplier(() -> print(null)));
    }

    private int print(@Nullable TokenStatus status) {
        if (output().json()) {
            ObjectNode document = McpJson.mapper().createObjectNode();
            document.put("server", server);
            document.set("authorization", AuthCommand.json(status));
            output().document(document);
        } else if (status == null) {
            output().line("server '" + server + "' asks for no login");
        } else {
            Logins own = used();
            String done = own != null && own.loggedIn() ? "logged in to '" : "already logged in to '";
            output().line(done + server + "': " + AuthCommand.text(status));
        }
        return ExitCode.OK;
    }

    /** What a person can do about a failure that a login would mend; null if it would mend nothing. */
    static @Nullable String hint(Mcpflux root, @Nullable Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof McpAuthorizationRequiredException required && required.server() != null) {
                return root.again("login", String.valueOf(required.server()));
            }
        }
        return null;
    }
}
