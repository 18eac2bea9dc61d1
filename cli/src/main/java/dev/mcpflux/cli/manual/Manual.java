package dev.mcpflux.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual: a page about mcpflux, and one about each of its commands, like {@code mcpflux-call(1)}. */
public final class Manual {

    private final CommandLine root;
    private final String source;
    private final String date;

    /**
     * The manual of a parser that knows all commands.
     *
     * @param source the program with its version, as pages show it at their foot
     * @param date of the source, like 2026-11-28
     */
    public Manual(CommandLine root, String source, String date) {
        this.root = root;
        this.source = source;
        this.date = date;
    }

    /** All pages by the names of their files, like {@code mcpflux-call.1}. */
    public Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        pages.put("mcpflux.1", rootPage());
        commands().forEach(spec -> pages.put(name(spec) + ".1", commandPage(spec)));
        return pages;
    }

    /** The page of a command, or of mcpflux for null; null where there is no such command. */
    public @Nullable String page(@Nullable String command) {
        if (command == null) {
            return rootPage();
        }
        return commands()
                .filter(spec -> spec.name().equals(command))
                .findFirst()
                .map(this::commandPage)
                .orElse(null);
    }

    private Stream<CommandSpec> commands() {
        return root.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden())
                .distinct();
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private static List<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream().filter(option -> !option.hidden()).toList();
    }

    private String rootPage() {
        CommandSpec spec = root.getCommandSpec();
        Roff roff = new Roff("mcpflux", date, source);
        CommandPage page = new CommandPage(spec, roff).head("mcpflux");
        roff.section("Commands");
        commands()
                .forEach(command -> roff.entry(
                        Roff.bold(name(command)) + "(1)",
                        CommandPage.plain(
                                String.join(" ", command.usageMessage().description()))));
        page.options(options(spec));
        page.exitStatus();
        roff.section("Environment");
        Surroundings.VARIABLES.forEach((names, meaning) -> roff.entry(bold(names), meaning));
        roff.section("Files");
        Surroundings.FILES.forEach((file, meaning) -> roff.entry(Roff.italic(file), meaning));
        page.footer();
        roff.section("See also").references(commands().map(Manual::name).toList());
        return roff.toString();
    }

    private static String bold(String names) {
        return Stream.of(names.split(", ")).map(Roff::bold).collect(Collectors.joining(", "));
    }

    private String commandPage(CommandSpec spec) {
        Roff roff = new Roff(name(spec), date, source);
        CommandPage page = new CommandPage(spec, roff).head(name(spec)).arguments();
        List<OptionSpec> common = options(root.getCommandSpec());
        List<OptionSpec> own = new ArrayList<>(options(spec));
        own.removeIf(
                option -> common.stream().anyMatch(known -> known.longestName().equals(option.longestName())));
        if (own.isEmpty()) {
            roff.section("Options").first("It has the options of mcpflux(1) only.");
        } else {
            page.options(own);
            roff.paragraph("The options of mcpflux(1) can be given as well.");
        }
        page.exitStatus().footer();
        roff.section("See also").references(List.of("mcpflux"));
        return roff.toString();
    }
}
