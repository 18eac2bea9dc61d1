package dev.mcpflux.cli.doctor;

import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.offer.Offer;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs checks, several servers at a time. */
public final class Doctor {

    /** How many servers are checked at the same time, each on a thread that may block. */
    private static final int PARALLEL = 8;

    private static final String OWN = "mcpflux ";

    private final Checks checks;
    private final BiFunction<ConfiguredServer, String, String> commands;
    private final Consumer<String> finished;

    /**
     * A doctor.
     *
     * @param commands the command line that does something with a server, by the name of the command
     * @param finished gets the name of each server that is done; called on any thread
     */
    public Doctor(Checks checks, BiFunction<ConfiguredServer, String, String> commands, Consumer<String> finished) {
        this.checks = checks;
        this.commands = commands;
        this.finished = finished;
    }

    /**
     * Checks servers.
     *
     * @param patients what is checked
     * @param start starts a server and reads what it offers, and never fails; empty for a server that is not started. Null to start
     *     and contact nothing
     * @return emits once. <em>Cancellation</em> ends what is under way
     */
    public Mono<Diagnosis> examine(Patients patients, @Nullable Function<ConfiguredServer, Mono<Offer>> start) {
        Flux<Finding> files = Flux.fromIterable(patients.files()).concatMap(file -> all(checks.files(), file));
        Flux<Finding> sets = all(checks.entrySets(), patients.asRead());
        Flux<Finding> servers = Flux.fromIterable(patients.servers())
                .flatMapSequential(
                        server -> entry(server, start != null).subscribeOn(Schedulers.boundedElastic()), PARALLEL);
        Mono<List<Offer>> offers = Flux.fromIterable(start == null ? List.<ConfiguredServer>of() : patients.started())
                .flatMapSequential(
                        server -> start == null
                                ? Mono.<Offer>empty()
                                : start.apply(server).doFinally(end -> finished.accept(server.name())),
                        Math.max(1, patients.started().size()))
                .collectList();
        Mono<List<Finding>> general = Flux.concat(files, sets).collectList().subscribeOn(Schedulers.boundedElastic());
        Mono<List<Finding>> entries = servers.collectList();
        Mono<List<Finding>> live = offers.flatMap(started -> Flux.concat(
                        Flux.fromIterable(started).concatMap(offer -> all(checks.offers(), offer)),
                        all(checks.offerSets(), started))
                .collectList());
        return Mono.zip(general, entries, live)
                .map(parts -> new Diagnosis(
                        patients.servers(),
                        Stream.of(parts.getT1(), parts.getT2(), parts.getT3())
                                .flatMap(List::stream)
                                .map(finding -> runnable(patients, finding))
                                .toList()));
    }

    /** With the command line for the file that the server stands in. */
    private Finding runnable(Patients patients, Finding finding) {
        String command = finding.command();
        return command == null || !command.startsWith(OWN)
                ? finding
                : patients.servers().stream()
                        .filter(server -> server.name().equals(finding.server()))
                        .findFirst()
                        .map(server -> finding.command(commands.apply(
                                server, command.substring(OWN.length()).split(" ", -1)[0])))
                        .orElse(finding);
    }

    /** What somebody else wrote, and nobody has approved, could send anything anywhere by its address. */
    private Flux<Finding> entry(ConfiguredServer server, boolean contacts) {
        return all(checks.entries(), server)
                .collectList()
                .flatMapMany(own -> contacts && own.stream().noneMatch(Doctor::forbids)
                        ? Flux.fromIterable(own).concatWith(all(checks.contacts(), server))
                        : Flux.fromIterable(own));
    }

    private static boolean forbids(Finding finding) {
        return finding.rule() == Rule.NOT_APPROVED || finding.rule() == Rule.APPROVAL_REFUSED;
    }

    private static <S> Flux<Finding> all(List<Check<S>> checks, S subject) {
        return Flux.fromIterable(checks).concatMap(check -> check.check(subject));
    }
}
