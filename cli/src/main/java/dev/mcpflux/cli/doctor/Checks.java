package dev.mcpflux.cli.doctor;

import dev.mcpflux.cli.doctor.entry.AddressCheck;
import dev.mcpflux.cli.doctor.entry.ApprovalCheck;
import dev.mcpflux.cli.doctor.entry.CommandCheck;
import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.cli.doctor.entry.EntryCheck;
import dev.mcpflux.cli.doctor.entry.NetworkCheck;
import dev.mcpflux.cli.doctor.entry.PackageCheck;
import dev.mcpflux.cli.doctor.entry.SandboxCheck;
import dev.mcpflux.cli.doctor.entry.SecretCheck;
import dev.mcpflux.cli.doctor.entry.SecretStoreCheck;
import dev.mcpflux.cli.doctor.entry.SeveralFilesCheck;
import dev.mcpflux.cli.doctor.entry.UnconfinedCheck;
import dev.mcpflux.cli.doctor.entry.VariableCheck;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.offer.AnnotationCheck;
import dev.mcpflux.cli.doctor.offer.CollisionCheck;
import dev.mcpflux.cli.doctor.offer.DirectiveCheck;
import dev.mcpflux.cli.doctor.offer.HiddenTextCheck;
import dev.mcpflux.cli.doctor.offer.LookAlikeCheck;
import dev.mcpflux.cli.doctor.offer.Offer;
import dev.mcpflux.cli.doctor.offer.SchemaCheck;
import dev.mcpflux.cli.doctor.offer.StartCheck;
import dev.mcpflux.cli.doctor.offer.ToolNameCheck;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.validation.SchemaValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All checks, by what they look at.
 *
 * @param files of each file that was read
 * @param entries of each server that is configured
 * @param contacts of each server that is configured and may be started, by programs and the network
 * @param entrySets of all of them at once
 * @param offers of each server that was started
 * @param offerSets of all of them at once
 */
public record Checks(
        List<Check<ReadFile>> files,
        List<Check<ConfiguredServer>> entries,
        List<Check<ConfiguredServer>> contacts,
        List<Check<List<ConfiguredServer>>> entrySets,
        List<Check<Offer>> offers,
        List<Check<List<Offer>>> offerSets) {

    /**
     * The checks.
     *
     * @param proxies for servers that name none
     * @param schemas tells whether schemas can be used
     */
    public static Checks of(Machine machine, ProxySettings proxies, SchemaValidator schemas) {
        return new Checks(
                List.of(new FileCheck()),
                List.of(
                        new EntryCheck(),
                        new ApprovalCheck(),
                        new CommandCheck(machine),
                        new VariableCheck(machine),
                        new AddressCheck(machine),
                        new PackageCheck(),
                        new SecretCheck(machine),
                        new SandboxCheck(machine)),
                List.of(new SecretStoreCheck(machine), new NetworkCheck(machine, proxies)),
                List.of(new SeveralFilesCheck(), new UnconfinedCheck(machine)),
                List.of(
                        new StartCheck(),
                        new ToolNameCheck(),
                        new SchemaCheck(schemas),
                        new AnnotationCheck(),
                        new HiddenTextCheck(),
                        new DirectiveCheck()),
                List.of(new CollisionCheck(), new LookAlikeCheck()));
    }

    /** Every one of them. */
    List<Check<?>> all() {
        List<Check<?>> all = new ArrayList<>();
        Stream.of(files, entries, contacts, entrySets, offers, offerSets).forEach(all::addAll);
        return all;
    }
}
