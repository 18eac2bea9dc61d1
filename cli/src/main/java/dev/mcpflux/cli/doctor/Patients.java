package dev.mcpflux.cli.doctor;

import dev.mcpflux.cli.discover.DiscoveredFile;
import dev.mcpflux.cli.discover.ServerKey;
import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.FormFiles;
import dev.mcpflux.host.variable.InputDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is checked.
 *
 * @param files the files that were read
 * @param asRead the servers, with the names that they have in their files
 * @param servers the same, each with a name of its own
 * @param started those of them to start: a server that several files have in the same way is started once
 */
public record Patients(
        List<ReadFile> files,
        List<ConfiguredServer> asRead,
        List<ConfiguredServer> servers,
        List<ConfiguredServer> started) {

    public Patients {
        files = List.copyOf(files);
        asRead = List.copyOf(asRead);
        servers = List.copyOf(servers);
        started = List.copyOf(started);
    }

    /**
     * The servers of one configuration.
     *
     * @param files the file that a server stands in by its name, or null
     * @param warnings what was read but not understood
     */
    public static Patients of(
            List<ServerDefinition> servers,
            Function<String, @Nullable Path> files,
            List<InputDefinition> inputs,
            List<String> warnings) {
        List<ConfiguredServer> all = servers.stream()
                .map(server -> {
                    Path file = files.apply(server.name());
                    boolean project = file != null && ProjectApproval.isNeededFor(file);
                    return new ConfiguredServer(server, server.name(), file, project, inputs);
                })
                .toList();
        return new Patients(
                List.of(new ReadFile(null, warnings)),
                all,
                all,
                all.stream().filter(Patients::isStartable).toList());
    }

    /** The servers of all files. Those of projects are started as far as they are approved; blocks while it looks at files. */
    public static Patients of(List<DiscoveredFile> files, ApprovalStore approvals) {
        List<ReadFile> read = new ArrayList<>();
        List<ConfiguredServer> asRead = new ArrayList<>();
        List<ConfiguredServer> servers = new ArrayList<>();
        List<ConfiguredServer> started = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<List<Object>> distinct = new HashSet<>();
        for (DiscoveredFile file : files) {
            Path path = file.place().file();
            read.add(new ReadFile(file.problem(), file.warnings()));
            boolean project = file.place().scope() == FormFiles.Scope.PROJECT && ProjectApproval.isNeededFor(path);
            for (ServerDefinition definition : file.servers()) {
                ServerDefinition guarded = project
                        ? definition.with(options -> options.guard(ProjectApproval.of(path, approvals)))
                        : definition;
                asRead.add(new ConfiguredServer(guarded, definition.name(), path, project, file.inputs()));
                ServerDefinition own = named(guarded, unique(definition.name(), file.client(), names));
                ConfiguredServer server = new ConfiguredServer(own, definition.name(), path, project, file.inputs());
                servers.add(server);
                // each file of a project is approved for itself
                if (isStartable(server) && (project || distinct.add(ServerKey.of(definition)))) {
                    started.add(server);
                }
            }
        }
        return new Patients(read, asRead, servers, started);
    }

    private static boolean isStartable(ConfiguredServer server) {
        return server.definition().options().disabled() == null
                && !(server.definition() instanceof ServerDefinition.Invalid);
    }

    private static String unique(String name, String client, Set<String> names) {
        String found = name;
        for (int i = 1; !names.add(found); i++) {
            found = name + "-" + client + (i == 1 ? "" : "-" + i);
        }
        return found;
    }

    /** The same server under another name, which depends on no other, as that has perhaps another name as well. */
    private static ServerDefinition named(ServerDefinition definition, String name) {
        ServerDefinition alone = definition.with(options -> options.dependsOn(Set.of()));
        if (alone.name().equals(name)) {
            return alone;
        }
        if (alone instanceof ServerDefinition.Stdio stdio) {
            return new ServerDefinition.Stdio(
                    name,
                    stdio.command(),
                    stdio.arguments(),
                    stdio.environment(),
                    stdio.environmentFile(),
                    stdio.workingDirectory(),
                    stdio.baseDirectory(),
                    stdio.stdio(),
                    stdio.options());
        }
        if (alone instanceof ServerDefinition.Http http) {
            return new ServerDefinition.Http(
                    name,
                    http.url(),
                    http.kind(),
                    http.headers(),
                    http.proxy(),
                    http.authorization(),
                    http.http(),
                    http.options());
        }
        return alone instanceof ServerDefinition.Invalid invalid
                ? new ServerDefinition.Invalid(name, invalid.problem(), invalid.place(), invalid.options())
                : alone;
    }

    /** The same, of which only the servers with these names are left. */
    public Patients only(List<String> wanted) {
        return new Patients(
                files,
                asRead.stream().filter(server -> wanted.contains(server.name())).toList(),
                servers.stream()
                        .filter(server -> wanted.contains(server.name()))
                        .toList(),
                started.stream()
                        .filter(server -> wanted.contains(server.name()))
                        .toList());
    }

    /** The names of all servers. */
    public List<String> names() {
        return servers.stream().map(ConfiguredServer::name).toList();
    }
}
