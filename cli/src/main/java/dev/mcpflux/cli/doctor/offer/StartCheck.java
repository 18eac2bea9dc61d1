package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.inspect.ReadList;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Whether a server starts, and answers what it says it can answer. */
public final class StartCheck implements Check<Offer> {

    private static final Duration SLOW = Duration.ofSeconds(5);

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.STARTED, Rule.NOT_STARTED, Rule.NEEDS_LOGIN, Rule.SLOW_START, Rule.LIST_FAILED);
    }

    @Override
    public Flux<Finding> check(Offer offer) {
        ServerInspection inspection = offer.inspection();
        if (inspection != null) {
            return Flux.fromIterable(started(offer, inspection));
        }
        Throwable error = offer.error();
        // who may start it is the matter of another check
        return error == null || causes(error, McpApprovalRequiredException.class)
                ? Flux.empty()
                : Flux.just(failed(offer, error));
    }

    private static Finding failed(Offer offer, Throwable error) {
        String word = ShellWords.quote(offer.name());
        return causes(error, McpAuthorizationRequiredException.class)
                ? Finding.of(Rule.NEEDS_LOGIN, offer.name(), "It asks for a login.")
                        .fix("Log in.")
                        .command("mcpflux login " + word)
                : notStarted(offer, error, word);
    }

    private static Finding notStarted(Offer offer, Throwable error, String word) {
        Finding finding = Finding.of(Rule.NOT_STARTED, offer.name(), message(offer, error) + ".");
        return offer.definition().remote()
                ? finding.fix("Check its address, and the headers that it wants.")
                : finding.fix("See what it prints.").command("mcpflux logs " + word);
    }

    /** Without the name of the server, which stands above. */
    private static String message(Offer offer, @Nullable Throwable error) {
        String message = error == null ? "" : Output.message(error);
        return message.replaceFirst(
                "^server '" + Pattern.quote(offer.name()) + "'(?: is not available \\([^)]*\\))?: ", "");
    }

    private static List<Finding> started(Offer offer, ServerInspection inspection) {
        List<Finding> findings = new ArrayList<>();
        Duration time = inspection.status().startTime();
        String lists = inspection.lists().stream()
                .filter(list -> list.error() == null)
                .map(list -> count(list.elements().size(), list.kind().element()))
                .collect(Collectors.joining(", "));
        findings.add(Finding.of(
                Rule.STARTED,
                offer.name(),
                "It started" + (time == null ? "" : " in " + time.toMillis() + " ms") + ": revision "
                        + inspection.peer().revision().wire() + " ("
                        + inspection.peer().era().name().toLowerCase(Locale.ROOT) + " era)"
                        + (lists.isEmpty() ? "" : ", " + lists) + "."));
        if (time != null && time.compareTo(SLOW) > 0) {
            findings.add(Finding.of(
                            Rule.SLOW_START,
                            offer.name(),
                            "It took " + time.toSeconds() + " seconds to start, and whoever waits for it too.")
                    .fix("Install its package beforehand, or set \"lazy\": true."));
        }
        for (ReadList list : inspection.lists()) {
            if (list.error() != null) {
                findings.add(Finding.of(
                                Rule.LIST_FAILED,
                                offer.name(),
                                "Its " + list.kind().element() + "s cannot be read: " + message(offer, list.error())
                                        + ".")
                        .fix("Tell whoever maintains the server."));
            }
        }
        return findings;
    }

    private static String count(int number, String element) {
        return number + " " + element + (number == 1 ? "" : "s");
    }

    private static boolean causes(Throwable error, Class<? extends Throwable> type) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (type.isInstance(e)) {
                return true;
            }
        }
        return false;
    }
}
