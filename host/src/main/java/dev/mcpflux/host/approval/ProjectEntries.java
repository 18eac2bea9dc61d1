package dev.mcpflux.host.approval;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.text.SafeText;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Checks entries of a file that came with a project: what is refused in any case, and what a person should notice. */
final class ProjectEntries {

    private final ProjectFolder project;
    private final LoaderVariables loaders;
    private final UnaryOperator<@Nullable String> variables;

    ProjectEntries(ProjectFolder project, LoaderVariables loaders, UnaryOperator<@Nullable String> variables) {
        this.project = project;
        this.loaders = loaders;
        this.variables = variables;
    }

    /** Why an entry cannot be approved, or null. Variables whose values are not known yet are checked at the start. */
    @Nullable
    McpConfigurationException refusal(ServerDefinition server) {
        if (!(server instanceof ServerDefinition.Stdio stdio)) {
            return null;
        }
        for (Map.Entry<String, Template> variable : stdio.environment().entrySet()) {
            String problem = problem(variable.getKey(), resolved(variable.getValue()));
            if (problem != null) {
                return variable.getValue().problem(server.name(), problem);
            }
        }
        return null;
    }

    /** Checks all variables that a process is about to get, also those that no template of the entry names. */
    void check(ServerDefinition server, Map<String, String> environment) {
        environment.forEach((variable, value) -> {
            String problem = problem(variable, value);
            if (problem != null) {
                throw new McpConfigurationException(server.name(), problem);
            }
        });
    }

    private @Nullable String problem(String variable, @Nullable String value) {
        if (loaders.contains(variable)) {
            return "it sets " + SafeText.line(variable, 60)
                    + ", which decides what code programs load or run; a file that"
                    + " comes with a project may not set it. Remove it, or put the server into a file of your own";
        }
        if (value != null && loaders.isPath(variable)) {
            for (String directory : value.split(File.pathSeparator, -1)) {
                if (!isOutside(directory)) {
                    return "it sets " + variable + " to look for programs in "
                            + (directory.isEmpty()
                                    ? "the working directory"
                                    : "a directory that is relative or belongs to" + " the project")
                            + "; a file that comes with a project may not. Give \"command\" a path instead";
                }
            }
        }
        return null;
    }

    private boolean isOutside(String directory) {
        try {
            Path path = Path.of(directory);
            return path.isAbsolute() && !project.contains(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private @Nullable String resolved(Template value) {
        try {
            return value.resolve(variables);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What a person should notice about an entry, a line each. */
    List<String> notes(ServerDefinition server, EntryForm form) {
        List<String> notes = new ArrayList<>();
        EntryForm.Field program = form.fields().get("program");
        if (program != null && program.shown().startsWith("./")) {
            notes.add("the program is a file of this project");
        } else if (program != null && program.shown().equals("not found")) {
            notes.add("the program is not there now; you are asked again when it is");
        }
        form.fields().forEach((key, field) -> {
            // names of fields hold names of variables and headers
            if (isHidden(key) || isHidden(field.raw())) {
                notes.add("invisible or right-to-left characters in " + SafeText.line(key, 30) + ", shown as \\u…");
            }
        });
        if (server instanceof ServerDefinition.Http http) {
            String origin = http.origin();
            if (origin.contains("//xn--")
                    || origin.contains(".xn--")
                    || !origin.chars().allMatch(c -> c < 0x80)) {
                notes.add("the host may look like another one: it has letters beyond a to z");
            }
            if (origin.startsWith("http://")) {
                notes.add("the connection is not encrypted");
            }
        }
        return notes;
    }

    private static boolean isHidden(String text) {
        return !SafeText.text(text).equals(text);
    }
}
