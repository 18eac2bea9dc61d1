package dev.mcpflux.host;

import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.config.EditDistance;
import dev.mcpflux.host.config.ToolSelection;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.ToolPolicy;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Glob;
import dev.mcpflux.text.SafeText;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What the definition of one server says about its tools: which are offered, under which names, and which calls are made. Names
 * at the server and names in the host are kept apart: patterns, policies and time limits are about the former. Made only where
 * something is configured. What was approved is keyed by caller, nothing else is. Thread-safe.
 */
final class ToolRules {

    private static final Logger log = LoggerFactory.getLogger(ToolRules.class);

    /** Farther names were hardly meant. */
    private static final int NEAR = 4;

    private final ServerSupervisor server;
    private final HostEvents events;
    private final ToolSelection selection;
    private final CallPolicy policy;
    private final @Nullable HostFilter filter;

    /** What was reported, so that it is reported once: about keys and patterns of the configuration, so no more than these. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /**
     * The rules of a server.
     *
     * @param approver asks a person; null where there is none
     */
    ToolRules(
            ServerSupervisor server, HostEvents events, @Nullable Function<ApprovalQuestion, Mono<Approval>> approver) {
        this.server = server;
        this.events = events;
        this.selection = server.definition().options().tools();
        this.policy = server.definition().options().policy();
        this.filter = policy.equals(CallPolicy.defaults()) ? null : ToolPolicy.filter(policy, approver);
    }

    /** What decides about calls of the server; null where all are made. */
    @Nullable
    HostFilter filter() {
        return filter;
    }

    /**
     * The name at the server of a tool that is asked for by its name in the host; whether the server lists it is not known.
     *
     * @throws McpToolNotFoundException if the tool is left out, or has another name in the host
     */
    String nameAtServer(String name) {
        String renamed = selection.renamedTo(name);
        if (renamed == null && selection.names().containsKey(name)) {
            throw notOffered(name);
        }
        String tool = renamed == null ? name : renamed;
        if (selection.leftOutBy(tool) != null) {
            throw notOffered(name);
        }
        return tool;
    }

    /** Why nothing is called like that, although the server may have it. */
    McpToolNotFoundException notOffered(String name) {
        String qualified = CatalogueEntry.qualify(server.name(), name);
        String other = selection.names().get(name);
        String why = selection.leftOutBy(name);
        String problem = "no tool is called '" + qualified + "'";
        String of = " of server '" + server.name() + "' ";
        if (why != null) {
            return new McpToolNotFoundException(
                    qualified, List.of(), false, problem + ": \"tools." + why + "\"" + of + "leaves it out");
        }
        if (other != null) {
            String now = CatalogueEntry.qualify(server.name(), other);
            return new McpToolNotFoundException(
                    qualified,
                    List.of(now),
                    false,
                    problem + ": \"tools.rename\"" + of + "gives it the name '" + now + "'");
        }
        return new McpToolNotFoundException(
                qualified, List.of(), false, problem + ": \"tools.rename\"" + of + "gives that name to another tool");
    }

    /** A tool as the host offers it; null if it is left out. */
    @Nullable
    CatalogueTool offered(CatalogueTool listed) {
        String tool = listed.bareName();
        String name = selection.nameOf(tool);
        String owner = selection.renamedTo(name);
        if (selection.leftOutBy(tool) != null || (owner != null && !owner.equals(tool))) {
            return null;
        }
        return name.equals(tool)
                ? listed
                : new CatalogueTool(CatalogueEntry.qualify(server.name(), name), server.name(), listed.tool());
    }

    /** Whether every call of a tool is denied, so that it is not listed. */
    boolean denies(String tool) {
        return filter != null && policy.actionOf(tool) == CallPolicy.Action.DENY;
    }

    // -- what is configured and means nothing

    /** Reports what is configured and matches none of the tools that the server lists for anybody. */
    void check(Collection<String> listed) {
        selection.include().forEach(pattern -> checkPattern("tools.include", pattern, listed));
        selection.exclude().forEach(pattern -> checkPattern("tools.exclude", pattern, listed));
        policy.tools().keySet().forEach(pattern -> checkPattern("policy.tools", pattern, listed));
        selection.names().forEach((tool, name) -> {
            checkPattern("tools.rename", tool, listed);
            if (listed.contains(tool) && selection.leftOutBy(tool) != null) {
                report("tools.rename", quoted(tool) + " is left out by \"tools." + selection.leftOutBy(tool) + "\"");
            }
            if (listed.contains(name) && !selection.names().containsKey(name)) {
                report(
                        "tools.rename",
                        "the server has a tool " + quoted(name) + ", which is left out, since " + quoted(tool)
                                + " gets its name");
            }
        });
    }

    private void checkPattern(String key, String pattern, Collection<String> listed) {
        Glob glob = new Glob(pattern);
        boolean exact = key.equals("tools.rename");
        if (exact ? listed.contains(pattern) : listed.stream().anyMatch(glob::matches)) {
            return;
        }
        String near = near(pattern, listed);
        report(
                key,
                quoted(pattern) + " matches no tool of the server"
                        + (near == null ? "" : "; did you mean " + quoted(near) + "?"));
    }

    private static @Nullable String near(String pattern, Collection<String> listed) {
        String wanted = pattern.replace("*", "").replace("?", "").toLowerCase(Locale.ROOT);
        record Near(String name, int distance) {}
        return listed.stream()
                .map(name -> new Near(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
                .min(Comparator.comparingInt(Near::distance))
                .filter(near -> near.distance() < NEAR)
                .map(Near::name)
                .orElse(null);
    }

    /** A pattern is compared with as much of a name as it has characters, too: {@code delte_*} is near {@code delete_file}. */
    private static int distance(String wanted, String name) {
        int whole = EditDistance.of(wanted, name);
        for (int more = 0; more <= 1 && wanted.length() + more < name.length(); more++) {
            whole = Math.min(whole, EditDistance.of(wanted, name.substring(0, wanted.length() + more)) + 1);
        }
        return whole;
    }

    private String quoted(String name) {
        return "'" + server.mask(name) + "'";
    }

    private void report(String key, String problem) {
        if (reported.add(key + " " + problem.split("[;,]", 2)[0])) {
            log.warn("[{}] \"{}\": {}", server.name(), key, SafeText.line(problem, 400));
            events.emit(new HostEvent.ConfigurationWarning(server.name(), key, problem));
        }
    }
}
