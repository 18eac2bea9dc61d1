package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.host.variable.VariableStyle;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether a store has the secrets that an entry names. Keeps none; a store may be a program, and may ask the user. */
public final class SecretStoreCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public SecretStoreCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.SECRET_MISSING);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        if (!server.enabled()) {
            return Flux.empty();
        }
        return Flux.fromIterable(PlacedText.of(server.definition()))
                .concatMap(text -> Flux.fromIterable(text.template().variables())
                        .distinct()
                        .filter(variable -> variable.kind() == VariableReference.Kind.SECRET && !variable.optional())
                        .concatMap(variable -> secret(server, text, variable.name())));
    }

    private Mono<Finding> secret(ConfiguredServer server, PlacedText text, String name) {
        if (text.template().style() == VariableStyle.CONTINUE
                && machine.variables().apply(name) != null) {
            return Mono.empty();
        }
        return machine.secrets()
                .secret(name)
                .map(found -> true)
                .onErrorReturn(Exception.class, false)
                .defaultIfEmpty(false)
                .filter(found -> !found)
                .map(absent -> Finding.of(Rule.SECRET_MISSING, server.name(), "There is no secret " + name + ".")
                        .at(text.place())
                        .fix(
                                "Store it in the keychain under the service mcpflux-secret and this name, or sign in to the"
                                        + " password manager."));
    }
}
