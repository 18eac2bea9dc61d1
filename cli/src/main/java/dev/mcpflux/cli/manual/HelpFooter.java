package dev.mcpflux.cli.manual;

import java.util.ArrayList;
import java.util.List;

/** What stands at the end of a help: headings like {@code Examples:}, each with indented lines or prose. */
final class HelpFooter {

    /**
     * What stands under a heading.
     *
     * @param title without its colon
     */
    record Section(String title, List<Block> blocks) {}

    /**
     * Lines that belong together.
     *
     * @param literal whether they were indented, so that each is as it is
     */
    record Block(boolean literal, List<String> lines) {}

    private HelpFooter() {}

    static List<Section> sections(String[] footer) {
        List<Section> sections = new ArrayList<>();
        for (String line : footer) {
            if (line.isBlank()) {
                continue;
            }
            boolean indented = line.startsWith("  ");
            if (!indented && line.matches("[A-Z][^.]*:")) {
                sections.add(new Section(line.substring(0, line.length() - 1), new ArrayList<>()));
                continue;
            }
            if (sections.isEmpty()) {
                sections.add(new Section("Notes", new ArrayList<>()));
            }
            List<Block> blocks = sections.get(sections.size() - 1).blocks();
            if (blocks.isEmpty() || blocks.get(blocks.size() - 1).literal() != indented) {
                blocks.add(new Block(indented, new ArrayList<>()));
            }
            blocks.get(blocks.size() - 1).lines().add(indented ? line.substring(2) : line);
        }
        return sections;
    }
}
