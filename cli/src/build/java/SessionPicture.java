import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws what a terminal shows as an SVG image, whose colours follow the light or dark scheme of its reader. The input is that of
 * {@code tmux capture-pane -e -p}: lines with escape sequences for styles. Run as a source file by src/test/terminal/run.sh.
 */
final class SessionPicture {

    /** The size of a column and of a line, for a font of 14 pixels. */
    private static final double COLUMN = 8.4;

    private static final double LINE = 19;
    private static final double MARGIN = 18;
    private static final double BAR = 34;

    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9;]*)m|\u001b\\([AB0]|[\u000e\u000f]");

    /** Columns that belong together: text without two blanks in a row, in one style; without text, the background of a selection. */
    private record Run(int column, int columns, String text, String style) {}

    private SessionPicture() {}

    /**
     * Writes the image.
     *
     * @param args the input, the columns of the terminal, the title, and the output
     */
    public static void main(String[] args) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of(args[0])));
        while (!lines.isEmpty() && SEQUENCE.matcher(lines.get(lines.size() - 1)).replaceAll("").matches("\\s*\\$?\\s*")) {
            lines.remove(lines.size() - 1);
        }
        Files.writeString(Path.of(args[3]), svg(lines, Integer.parseInt(args[1]), args[2]));
    }

    private static String svg(List<String> lines, int columns, String title) {
        double width = columns * COLUMN + 2 * MARGIN;
        double height = lines.size() * LINE + BAR + MARGIN * 1.2;
        StringBuilder body = new StringBuilder();
        String style = "";
        for (int i = 0; i < lines.size(); i++) {
            List<Run> runs = new ArrayList<>();
            style = runs(lines.get(i), style, runs);
            double y = BAR + MARGIN * 0.4 + (i + 0.75) * LINE;
            for (Run run : runs) {
                body.append(run(run, y));
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" role="img">
                <title>%3$s</title>
                <style>
                .back{fill:#ffffff;stroke:#d0d7de}.bar{fill:#f3f5f7}.dot{fill:#d0d7de}.name{fill:#57606a;text-anchor:middle}
                text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;\
                fill:#1f2328;white-space:pre}
                .b{font-weight:600}.d{fill:#6e7781}.r{fill:#cf222e}.g{fill:#1a7f37}.y{fill:#9a6700}.u{fill:#0969da}.m{fill:#8250df}\
                .c{fill:#1b7c83}.s{fill:#ddf4ff}
                @media (prefers-color-scheme:dark){
                .back{fill:#0d1117;stroke:#30363d}.bar{fill:#161b22}.dot{fill:#30363d}.name{fill:#8b949e}text{fill:#e6edf3}
                .d{fill:#8b949e}.r{fill:#ff7b72}.g{fill:#56d364}.y{fill:#e3b341}.u{fill:#79c0ff}.m{fill:#d2a8ff}.c{fill:#76e3ea}\
                .s{fill:#1c2f4a}}
                </style>
                <rect class="back" x=".5" y=".5" width="%4$s" height="%5$s" rx="8"/>
                <path class="bar" d="M1 %6$sV9a8 8 0 0 1 8-8H%7$sa8 8 0 0 1 8 8V%6$sZ"/>
                <circle class="dot" cx="20" cy="17" r="5.5"/><circle class="dot" cx="38" cy="17" r="5.5"/>\
                <circle class="dot" cx="56" cy="17" r="5.5"/>
                <text class="name" x="%8$s" y="22">%3$s</text>
                %9$s</svg>
                """.formatted(
                        number(width),
                        number(height),
                        escaped(title),
                        number(width - 1),
                        number(height - 1),
                        number(BAR),
                        number(width - 9),
                        number(width / 2),
                        body);
    }

    /** Splits a line, and returns the style at its end. */
    private static String runs(String line, String before, List<Run> runs) {
        String style = before;
        StringBuilder text = new StringBuilder();
        int column = 0;
        int start = 0;
        Matcher matcher = SEQUENCE.matcher(line);
        int i = 0;
        while (i < line.length()) {
            if (matcher.region(i, line.length()).lookingAt()) {
                add(runs, text, start, column, style);
                start = column;
                style = matcher.group(1) == null ? style : next(style, matcher.group(1));
                i = matcher.end();
                continue;
            }
            int c = line.codePointAt(i);
            if (c == ' ' && text.toString().endsWith(" ")) {
                // the blanks of a table
                add(runs, text, start, column, style);
                start = column;
            }
            text.appendCodePoint(c);
            column++;
            i += Character.charCount(c);
        }
        add(runs, text, start, column, style);
        return style;
    }

    private static void add(List<Run> runs, StringBuilder text, int start, int end, String style) {
        if (!text.isEmpty() && (style.contains("s") || !text.toString().isBlank())) {
            String all = text.toString();
            if (style.contains("s")) {
                runs.add(new Run(start, end - start, "", style));
            }
            String shown = all.strip();
            if (!shown.isEmpty()) {
                runs.add(new Run(start + all.indexOf(shown), shown.codePointCount(0, shown.length()), shown, style));
            }
        }
        text.setLength(0);
    }

    private static final Map<String, String> LETTERS = Map.ofEntries(
            Map.entry("1", "b"), Map.entry("2", "d"), Map.entry("7", "s"), Map.entry("90", "d"),
            Map.entry("31", "r"), Map.entry("32", "g"), Map.entry("33", "y"), Map.entry("34", "u"), Map.entry("35", "m"),
            Map.entry("36", "c"), Map.entry("91", "r"), Map.entry("92", "g"), Map.entry("93", "y"));

    /** The style after a sequence, as letters in the order of the alphabet. */
    private static String next(String before, String sequence) {
        TreeSet<String> letters = new TreeSet<>(before.isEmpty() ? List.of() : List.of(before.split("")));
        for (String code : sequence.split(";")) {
            switch (code) {
                case "", "0" -> letters.clear();
                case "22" -> letters.removeAll(List.of("b", "d"));
                case "27" -> letters.remove("s");
                case "39" -> letters.removeAll(List.of("r", "g", "y", "u", "m", "c"));
                default -> {
                    if (LETTERS.containsKey(code)) {
                        letters.add(LETTERS.get(code));
                    }
                }
            }
        }
        return String.join("", letters);
    }

    private static String run(Run run, double y) {
        double x = MARGIN + run.column() * COLUMN;
        String classes = String.join(" ", run.style().replace("s", "").split(""));
        if (run.text().isEmpty()) {
            return "<rect class=\"s\" x=\"" + number(x) + "\" y=\"" + number(y - LINE * 0.72) + "\" width=\""
                        + number(run.columns() * COLUMN) + "\" height=\"" + number(LINE) + "\"/>\n";
        }
        // its length keeps the columns together whichever font there is
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\""
                + (run.columns() > 1 ? " textLength=\"" + number(run.columns() * COLUMN) + "\"" : "")
                + (classes.isEmpty() ? "" : " class=\"" + classes + "\"") + ">" + escaped(run.text()) + "</text>\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
