package dev.mcpflux.host.config.form;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of the forms are on a machine. Looks at no file.
 *
 * @param home the home directory of the user
 * @param settings where programs keep their settings: {@code ~/.config}, {@code ~/Library/Application Support} or
 *     {@code %APPDATA%}
 */
public record FormFiles(Path home, Path settings) {

    private static final String SETTINGS = "{config}/";

    /** Who a file belongs to. */
    public enum Scope {
        /** One person. */
        USER,
        /** A project, whoever works on it. */
        PROJECT
    }

    /** A file that there may be. */
    public record Place(ConfigForm form, Path file, Scope scope) {}

    /** Those of this machine. */
    public static FormFiles ofThisMachine() {
        return of(System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", "")), System::getenv);
    }

    /**
     * Those of a machine.
     *
     * @param system the name of the operating system, as Java has it
     * @param variables the value of a variable of the environment, or null
     */
    static FormFiles of(String system, Path home, UnaryOperator<@Nullable String> variables) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            String roaming = variables.apply("APPDATA");
            return new FormFiles(home, roaming == null ? home.resolve("AppData/Roaming") : Path.of(roaming));
        }
        if (name.startsWith("mac")) {
            return new FormFiles(home, home.resolve("Library/Application Support"));
        }
        String configured = variables.apply("XDG_CONFIG_HOME");
        boolean usable = configured != null && Path.of(configured).isAbsolute();
        return new FormFiles(home, usable ? Path.of(configured) : home.resolve(".config"));
    }

    /** Our own file of the user. */
    public Path own() {
        return settings.resolve("mcpflux").resolve("mcp.json");
    }

    /** All files that there may be, those of the project first; each file once, for the first form that has it. */
    public List<Place> in(Path project) {
        List<Place> places = new ArrayList<>();
        for (Scope scope : new Scope[] {Scope.PROJECT, Scope.USER}) {
            for (ConfigForm form : ConfigForms.all().values()) {
                of(form, project).stream()
                        .filter(place -> place.scope() == scope)
                        .filter(place ->
                                places.stream().noneMatch(known -> known.file().equals(place.file())))
                        .forEach(places::add);
            }
        }
        return places;
    }

    /** The files of one form, the first of each scope being the one that is written. */
    public List<Place> of(ConfigForm form, Path project) {
        return form.files().stream().map(path -> place(form, path, project)).toList();
    }

    private Place place(ConfigForm form, String path, Path project) {
        if (path.startsWith("~/")) {
            return new Place(form, home.resolve(path.substring(2)), Scope.USER);
        }
        if (path.startsWith(SETTINGS)) {
            return new Place(form, settings.resolve(path.substring(SETTINGS.length())), Scope.USER);
        }
        return new Place(form, project.resolve(path), Scope.PROJECT);
    }
}
