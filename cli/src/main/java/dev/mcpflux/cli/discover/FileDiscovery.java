package dev.mcpflux.cli.discover;

import dev.mcpflux.cli.discover.DiscoveredFile.State;
import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.DocumentException;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.FormFiles;
import dev.mcpflux.host.config.form.FormRecognition;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** Reads the configuration files that there may be, several at a time. Starts nothing, and writes nothing. */
public final class FileDiscovery {

    /** How many files are read at the same time. */
    private static final int PARALLEL = 4;

    private final Path project;
    private final UnaryOperator<@Nullable String> variables;

    /**
     * A discovery for one project.
     *
     * @param project the directory of the project
     * @param variables the value of a variable of the environment, or null
     */
    public FileDiscovery(Path project, UnaryOperator<@Nullable String> variables) {
        this.project = project;
        this.variables = variables;
    }

    /**
     * Looks at places.
     *
     * @return one element for each place, in their order; a file that cannot be read is one of them. Emits on a thread of
     *     {@link Schedulers#boundedElastic()}. <em>Cancellation</em> leaves out the files that have not been begun.
     */
    public Flux<DiscoveredFile> read(Collection<FormFiles.Place> places) {
        return Flux.fromIterable(places)
                .flatMapSequential(
                        place -> Mono.fromCallable(() -> read(place)).subscribeOn(Schedulers.boundedElastic()),
                        PARALLEL);
    }

    private DiscoveredFile read(FormFiles.Place place) {
        Path file = place.file();
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return DiscoveredFile.of(place, State.MISSING);
        }
        try {
            JsonNode root = ConfigDocument.read(file).root();
            if (!hasServers(root, place.form()) && FormRecognition.of(file, root) == null && isSettings(root, place)) {
                return DiscoveredFile.of(place, State.WITHOUT_SERVERS);
            }
            // several clients share a file name, and each may have its own form in it
            ConfigForm form = hasServers(root, place.form()) ? place.form() : FormRecognition.of(file, root);
            ConfigFile.Content content = new ConfigFile(file, variables)
                    .form(form)
                    .workspace(project)
                    .read();
            return content.servers().isEmpty()
                            && FormRecognition.places(content.form(), root).isEmpty()
                    ? DiscoveredFile.of(place, State.WITHOUT_SERVERS)
                    : new DiscoveredFile(place, State.READ, content, null);
        } catch (McpConfigurationException | DocumentException e) {
            return new DiscoveredFile(place, State.BROKEN, null, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // whatever is wrong with one file, the others are shown; the message might quote it
            return new DiscoveredFile(
                    place,
                    State.BROKEN,
                    null,
                    file + ": it cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private boolean hasServers(JsonNode root, ConfigForm form) {
        String key = project.toAbsolutePath().normalize().toString();
        boolean ofProject = root.path("projects").path(key).path("mcpServers").isObject()
                && form.id().equals("claude-code");
        return ofProject
                || form.roots().stream()
                        // any object looks like one with servers by name; recognition looks at its members
                        .anyMatch(place -> !place.path().isEmpty() && FormRecognition.at(root, place) != null);
    }

    /** An empty file, and one for all settings of a client, needs no servers. */
    private static boolean isSettings(JsonNode root, FormFiles.Place place) {
        return root.isMissingNode()
                || root.isNull()
                || root.isObject() && (root.isEmpty() || place.form().settings());
    }
}
