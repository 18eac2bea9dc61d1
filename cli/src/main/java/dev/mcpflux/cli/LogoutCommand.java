package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.transport.Caller;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "logout",
        description = "Forget the tokens for a server, and ask its authorization server to revoke them.")
final class LogoutCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server to log out of.")
    String server = "";

    @Override
    public Integer call() {
        return withoutHost(
                server,
                oauth -> oauth.source()
                        .status(server, oauth.resource(), Caller.ANONYMOUS)
                        .hasElement()
                        .flatMap(known -> oauth.source()
                                .logout(server, oauth.resource(), Caller.ANONYMOUS)
                                .thenReturn(known))
                        .map(known -> {
                            if (output().json()) {
                                output().document(java.util.Map.of("server", server, "loggedOut", known));
                            } else {
                                output().line(
                                                known
                                                        ? "logged out of '" + server + "'"
                                                        : "there are no tokens for '" + server + "'");
                            }
                            return ExitCode.OK;
                        }));
    }
}
