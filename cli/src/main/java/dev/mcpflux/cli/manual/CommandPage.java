package dev.mcpflux.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the sections that the page of a command and that of mcpflux have in common. */
final class CommandPage {

    private final CommandSpec spec;
    private final Roff page;

    CommandPage(CommandSpec spec, Roff page) {
        this.spec = spec;
        this.page = page;
    }

    /**
     * The sections NAME, SYNOPSIS and DESCRIPTION.
     *
     * @param name of the page
     */
    CommandPage head(String name) {
        String[] description = spec.usageMessage().description();
        page.section("Name").name(name, first(description));
        List<String> words = new ArrayList<>(List.of("[" + Roff.italic("OPTION") + "...]"));
        positional().forEach(argument -> words.add(synopsis(argument)));
        if (spec.parent() == null) {
            words.add(Roff.italic("COMMAND"));
            words.add("[" + Roff.italic("ARGUMENT") + "...]");
        }
        page.section("Synopsis").synopsis(spec.qualifiedName(" "), words).section("Description");
        for (int i = 0; i < description.length; i++) {
            if (i == 0) {
                page.first(plain(description[i]));
            } else {
                page.paragraph(plain(description[i]));
            }
        }
        return this;
    }

    private static String first(String[] description) {
        String sentence = plain(description.length == 0 ? "" : description[0]).split("(?<=\\.) ", 2)[0];
        String text = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        return text.isEmpty() ? "a command" : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    /** Line breaks are for a terminal, and the page finds its own. */
    static String plain(String help) {
        return help.replace("%n", " ").replace("%%", "%");
    }

    private List<PositionalParamSpec> positional() {
        return spec.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .toList();
    }

    private static String label(ArgSpec arg) {
        return arg.paramLabel().replaceAll("^'|'$", "");
    }

    private static String synopsis(PositionalParamSpec argument) {
        String label = Roff.italic(label(argument)) + (argument.isMultiValue() ? "..." : "");
        return argument.arity().min() == 0 ? "[" + label + "]" : label;
    }

    CommandPage arguments() {
        if (!positional().isEmpty()) {
            page.section("Arguments");
            positional().forEach(argument -> page.entry(Roff.italic(label(argument)), paragraphs(argument)));
        }
        return this;
    }

    CommandPage options(List<OptionSpec> options) {
        page.section("Options");
        options.forEach(option -> page.entry(tag(option), paragraphs(option)));
        return this;
    }

    private static String tag(OptionSpec option) {
        boolean value = option.arity().max() > 0;
        return Arrays.stream(option.names())
                .map(name -> Roff.bold(name)
                        + (value ? (name.startsWith("--") ? "=" : " ") + Roff.italic(label(option)) : ""))
                .collect(Collectors.joining(", "));
    }

    private static String[] paragraphs(ArgSpec arg) {
        return Arrays.stream(arg.description()).map(CommandPage::plain).toArray(String[]::new);
    }

    CommandPage exitStatus() {
        page.section("Exit status");
        spec.usageMessage().exitCodeList().forEach((code, meaning) -> page.entry(Roff.bold(code), plain(meaning)));
        return this;
    }

    /** What the help says at its end. */
    CommandPage footer() {
        HelpFooter.sections(spec.usageMessage().footer()).forEach(section -> {
            // the arguments themselves have a section of this name
            page.section(section.title().equals("Arguments") ? "Forms of arguments" : section.title());
            boolean first = true;
            for (HelpFooter.Block block : section.blocks()) {
                if (block.literal()) {
                    page.example(block.lines());
                } else if (first) {
                    page.first(plain(String.join(" ", block.lines())));
                } else {
                    page.paragraph(plain(String.join(" ", block.lines())));
                }
                first = false;
            }
        });
        return this;
    }
}
