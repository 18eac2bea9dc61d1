package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether a URL is one, and whether what goes there is encrypted. */
public final class AddressCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public AddressCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.URL_INVALID, Rule.PLAIN_HTTP);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Http http = server.http();
        String url = http == null ? null : PlacedText.resolved(http.url(), machine.variables());
        if (http == null || url == null) {
            return Flux.empty();
        }
        Address address;
        try {
            address = Address.of(server.name(), url);
        } catch (IllegalArgumentException e) {
            // the message does not quote the URL
            return Flux.just(Finding.of(Rule.URL_INVALID, server.name(), e.getMessage() + ".")
                    .at("url")
                    .fix("Write the whole URL, such as https://example.org/mcp."));
        }
        if (address.secure() || address.local()) {
            return Flux.empty();
        }
        URI origin = address.origin();
        return Flux.just(Finding.of(
                        Rule.PLAIN_HTTP,
                        server.name(),
                        "Everything that is sent to " + origin + " can be read, and changed, on the way"
                                + (http.headers().isEmpty() ? "." : ", the headers with their secrets too."))
                .at("url")
                .fix("Use https, if the server has it."));
    }
}
