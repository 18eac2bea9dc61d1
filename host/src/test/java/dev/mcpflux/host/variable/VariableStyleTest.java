package dev.mcpflux.host.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.host.variable.VariablePart.Text;
import dev.mcpflux.host.variable.VariablePart.Variable;
import dev.mcpflux.host.variable.VariableReference.Kind;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VariableStyleTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "A", "one", "B", "two", "EMPTY", "", "ODD", "${A} $A %A% {env:A} $1\\", "CLAUDE_PLUGIN_ROOT", "/plugin");

    private static final Map<String, String> OTHERS = Map.of(
            "INPUT key", "answer",
            "SECRET key", "hidden",
            "SECRET op://v/i/f", "opened",
            "FILE /etc/key", "read");

    private static final Path FILE = Path.of("/work/project/.vscode/mcp.json");

    private final List<String> warnings = new ArrayList<>();

    private String expand(String text, VariableStyle style) {
        return new Expansion(style, VariableStyleTest::value, true, warnings::add).expand(text);
    }

    private static @Nullable String value(Kind kind, String name) {
        return switch (kind) {
            case ENVIRONMENT -> ENVIRONMENT.get(name);
            case FOLDER -> Folders.value(name, FILE, null);
            default -> OTHERS.get(kind + " " + name);
        };
    }

    // -- what stands for what

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            MCPFLUX   => plain                      => plain
            MCPFLUX   => ${A}-${B}                  => one-two
            MCPFLUX   => ${env:A}                   => one
            MCPFLUX   => ${X:-x}                    => x
            MCPFLUX   => ${env:X:-x}                => x
            MCPFLUX   => ${EMPTY:-x}                => x
            MCPFLUX   => <${EMPTY}>                 => <>
            MCPFLUX   => ${X:-${Y:-${A}}}           => one
            MCPFLUX   => ${X:-{"a":{}}}             => {"a":{}}
            MCPFLUX   => <${X:-}>                   => <>
            MCPFLUX   => ${ODD}                     => ${A} $A %A% {env:A} $1\\
            MCPFLUX   => $${A}                      => ${A}
            MCPFLUX   => ${X:-$${A}}                => ${A}
            MCPFLUX   => ${input:key}               => answer
            MCPFLUX   => ${secret:key}              => hidden
            MCPFLUX   => ${keychain:key}            => hidden
            MCPFLUX   => ${secret:none:-x}          => x
            MCPFLUX   => ${secret:-x}${file:-y}     => xy
            CLAUDE    => ${secret:-x}${op:-y}       => xy
            GEMINI    => ${env:-x}${value:-y}       => xy
            MCPFLUX   => ${op://v/i/f}              => opened
            MCPFLUX   => ${file:/etc/key}           => read
            MCPFLUX   => ${workspaceFolderBasename} => project
            CLAUDE    => ${A} ${X:-x} ${X:-${B}}    => one x two
            CLAUDE    => <${EMPTY:-x}>              => <>
            CLAUDE    => ${X}                       => ${X}
            CLAUDE    => ${ODD}                     => ${A} $A %A% {env:A} $1\\
            CLAUDE    => ${CLAUDE_PLUGIN_ROOT}/a    => /plugin/a
            VSCODE    => ${env:A} ${input:key}      => one answer
            VSCODE    => <${env:X}>                 => <>
            VSCODE    => ${workspaceFolderBasename} => project
            CURSOR    => ${env:A}/${workspaceFolderBasename} => one/project
            CURSOR    => <${env:X}>                 => <>
            WINDSURF  => ${env:A} ${file:/etc/key}  => one read
            GEMINI    => $A/${A}/$AB.               => one/one/.
            GEMINI    => ${X:-x} ${EMPTY:-y}        => x y
            GEMINI    => <$X${X}>                   => <>
            GEMINI    => $ODD                       => ${A} $A %A% {env:A} $1\\
            ROO       => ${env:A} <${env:X}>        => one <>
            OPENCODE  => {env:A} <{env:X}>          => one <>
            OPENCODE  => {file:/etc/key}            => read
            CONTINUE  => ${{ secrets.key }}         => hidden
            CONTINUE  => ${{secrets.org/pkg.key}}   => hidden
            CONTINUE  => ${{ inputs.key }}          => answer
            CRUSH     => $A/${A}/${X:-x}            => one/one/x
            CRUSH     => <$EMPTY>                   => <>
            LIBRECHAT => ${A}                       => one
            LIBRECHAT => ${X} ${EMPTY}              => ${X} ${EMPTY}
            PROPOSED  => ${env:A} ${value:a: b}     => one a: b
            PROPOSED  => <${env:X} | ${value:x}>    => <x>
            PROPOSED  => ${env:X} | ${input:key}    => answer
            PROPOSED  => ${env:A} | ${env:X}        => one
            PROPOSED  => ${env:X | value:x}         => x
            PROPOSED  => ${env:X|env:Y|env:B}       => two
            PROPOSED  => ${value:x} | ${env:X}      => x
            PROPOSED  => ${env:EMPTY} | ${env:B}    => two
            PROPOSED  => ${op://v/i/f} | ${env:X}   => opened
            BUNDLE    => ${user_config.key}         => answer
            REGISTRY  => https://{key}.example/     => https://answer.example/
            REGISTRY  => {other} {"a": 1} {}        => {other} {"a": 1} {}
            NONE      => ${A} $A {env:A} {key} %A%  => ${A} $A {env:A} {key} %A%
            """)
    void putsValuesIn(VariableStyle style, String text, String expected) {
        assertThat(expand(text, style)).isEqualTo(expected);
    }

    /** What a style does not know stays, however much it looks like a variable of another one. */
    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            MCPFLUX   => $A %A% {env:A} {key} $(id) `` ${x%y} ${} ${1} ${#A} ${A ${env:A $$ a$
            CLAUDE    => $A %A% {env:A} $(id) ${A%x} ${#A} ${env:A} ${1} ${input:key}
            VSCODE    => $A ${A} %A% {env:A} ${A:-x} $(id)
            CURSOR    => $A ${A} %A% {env:A} ${A:-x} $(id)
            WINDSURF  => $A ${A} ${input:key} {file:/etc/key}
            GEMINI    => $ $1 ${A%x} ${#A} $(id) {{A}} ${env:A} ~ %A% $$
            ROO       => $A ${A} {env:A} ${userHome}
            OPENCODE  => $A ${A} {A} {env:} {file:} {env:a-b}
            CONTINUE  => $A ${A} ${env:A} {{ secrets.key }} ${ {x} }
            CRUSH     => $ $1 $$ ${#A} ${} {env:A} `id`
            LIBRECHAT => $A ${A:-x} {A} ${env:A} {{a b}}
            PROPOSED  => $A ${A} | ${A:-x} | x
            BUNDLE    => $HOME ${A} ${env:A} {key}
            REGISTRY  => ${a b} {} { key } {"key":"x"}
            """)
    void otherTextsStay(VariableStyle style, String text) {
        assertThat(expand(text, style)).isEqualTo(text);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            MCPFLUX   => ${X}                  => the environment variable X is not set
            MCPFLUX   => ${A:-x} ${env:X}      => the environment variable X is not set
            MCPFLUX   => ${input:x}            => the input x is not set
            MCPFLUX   => ${secret:x}           => there is no value for the secret x; to store it
            MCPFLUX   => ${secret:../x}        => expected the name of a secret
            MCPFLUX   => ${env:}               => expected the name of a variable
            MCPFLUX   => ${input:}             => expected the id of an input
            MCPFLUX   => ${file: }             => expected the path of a file
            MCPFLUX   => ${config:s3cr3t}      => "${config:…}" is a variable of another host
            MCPFLUX   => ${{ s3cr3t }}         => "${{…}" is a variable of another host
            CLAUDE    => ${CLAUDE_PLUGIN_DATA} => is a folder of a plugin of Claude Code
            CLAUDE    => ${user_config.s3cr3t} => "${user_config.…}" is an option of a plugin
            VSCODE    => ${command:s3cr3t}     => "${command…}" is a variable of the editor
            VSCODE    => ${file}               => "${file…}" is a variable of the editor
            VSCODE    => ${workspaceFolder:a}  => "${workspaceFolder…}" is a variable of the editor
            CURSOR    => ${input:key}          => "${input…}" is a variable of the editor
            WINDSURF  => ${env:X}              => the environment variable X is not set
            CONTINUE  => ${{ s3cr3t.x }}       => "${{…}}" knows secrets.NAME and inputs.NAME
            CONTINUE  => ${{ secrets.x }}      => there is no value for the secret x
            CRUSH     => $X                    => the environment variable X is not set
            CRUSH     => $(s3cr3t)             => it runs a command, "$(…)", which is never done
            CRUSH     => ${A:?s3cr3t}          => of the expansions of a shell only
            LIBRECHAT => {{LIBRECHAT_USER_ID}} => is a variable of the signed-in user
            PROPOSED  => ${env:X} | ${env:Y}   => the environment variable Y is not set
            """)
    void whatHasNoValueIsAnError(VariableStyle style, String text, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expand(text, style))
                .withMessageContaining(problem)
                .withMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            CLAUDE    => ${X}     => the environment variable X is not set; "${X}" is passed on as it is
            LIBRECHAT => ${X}     => the environment variable X is not set; "${X}" is passed on as it is
            GEMINI    => $X       => the environment variable X is not set; nothing stands in its place
            VSCODE    => ${env:X} => the environment variable X is not set; nothing stands in its place
            OPENCODE  => {env:X}  => the environment variable X is not set; nothing stands in its place
            """)
    void whatIsPassedOverIsWarnedOf(VariableStyle style, String text, String warning) {
        expand(text + "${A:-x}", style);

        assertThat(warnings).containsExactly(warning);
    }

    @Test
    void percentSignsCountOnWindows() {
        assertThat(VariableParser.parse("%A% 100% %A", VariableStyle.GEMINI, true))
                .containsExactly(new Variable(Kind.ENVIRONMENT, "A", null, "%A%"), new Text(" 100% %A"));
        assertThat(VariableParser.parse("%A%", VariableStyle.GEMINI, false)).containsExactly(new Text("%A%"));
        assertThat(VariableParser.parse("%A%", VariableStyle.MCPFLUX, true)).containsExactly(new Text("%A%"));
    }

    @Test
    void foldersAreThoseOfTheUserAndOfTheFile() {
        String home = Folders.home().toString();

        assertThat(expand("${userHome}${/}a${pathSeparator}b", VariableStyle.MCPFLUX))
                .isEqualTo(home + File.separator + "a" + File.separator + "b");
        assertThat(expand("${HOME}|${DESKTOP}|${DOCUMENTS}|${DOWNLOADS}", VariableStyle.BUNDLE))
                .isEqualTo(String.join(
                        "|",
                        home,
                        Path.of(home, "Desktop").toString(),
                        Path.of(home, "Documents").toString(),
                        Path.of(home, "Downloads").toString()));
        assertThat(expand("${__dirname}", VariableStyle.BUNDLE))
                .isEqualTo(FILE.toAbsolutePath().getParent().toString());
    }

    // -- bounds

    @Test
    void nestingIsBounded() {
        String deep = "${X:-".repeat(9) + "x" + "}".repeat(9);

        assertThat(expand("${X:-".repeat(8) + "x" + "}".repeat(8), VariableStyle.MCPFLUX))
                .isEqualTo("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expand(deep, VariableStyle.MCPFLUX))
                .withMessage("its variables are nested too deep");
    }

    @Test
    void lengthIsBounded() {
        Expansion long1 =
                new Expansion(VariableStyle.MCPFLUX, (kind, name) -> "x".repeat(100_000), true, warnings::add);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> long1.expand("${A}".repeat(11)))
                .withMessageContaining("longer than");
    }

    // -- a text for itself

    @ParameterizedTest
    @EnumSource
    void aQuotedTextStandsForItself(VariableStyle style) {
        String alphabet = "$$$$${{{}}%|/:- \\`'\"AXkeyenvinputfile_1.ü\n";
        Random random = new Random(17);
        int quoted = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(
                        random.nextInt(6) == 0
                                ? List.of("${env:X}", "${A}", "{key}", "$(", "${value:", " | ${")
                                        .get(random.nextInt(6))
                                : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String quote = style.quote(text.toString());
            if (quote != null) {
                quoted++;
                assertThat(expand(quote, style)).isEqualTo(text.toString());
                assertThat(style.hasVariables(quote)).isFalse();
                assertThat(style.plain(quote)).isEqualTo(text.toString());
                assertThat(style.variables(quote)).isEmpty();
            }
        }
        assertThat(warnings).isEmpty();
        assertThat(quoted)
                .isGreaterThan(style == VariableStyle.MCPFLUX || style == VariableStyle.NONE ? 19_999 : 5_000);
    }

    /** A text has variables if it is resolved to something else, or not at all. */
    @ParameterizedTest
    @EnumSource
    void whatHasNoVariablesIsItsOwnValue(VariableStyle style) {
        for (String text :
                List.of("${A}", "$A", "{env:A}", "{key}", "${{ secrets.key }}", "${env:A}", "x", "${value:x}")) {
            String value;
            try {
                value = expand(text, style);
            } catch (IllegalArgumentException e) {
                value = null;
            }
            if (!style.hasVariables(text)) {
                assertThat(style.plain(text)).as(text).isEqualTo(value);
            } else if (style != VariableStyle.REGISTRY) {
                // there, which braces are a placeholder depends on what is declared
                assertThat(value).as(text).isNotEqualTo(text);
            }
        }
    }

    // -- what a text names

    @Test
    void namesWhatHasToBeKnown() {
        assertThat(VariableStyle.MCPFLUX.variables("${A:-${input:key}} ${secret:s} $${B} ${userHome}"))
                .containsExactly(
                        new VariableReference(Kind.ENVIRONMENT, "A", true),
                        new VariableReference(Kind.INPUT, "key", false),
                        new VariableReference(Kind.SECRET, "s", false),
                        new VariableReference(Kind.FOLDER, "userHome", false));
        assertThat(VariableStyle.GEMINI.variables("$A"))
                .containsExactly(new VariableReference(Kind.ENVIRONMENT, "A", true));
        assertThat(VariableStyle.CRUSH.variables("$A"))
                .containsExactly(new VariableReference(Kind.ENVIRONMENT, "A", false));
    }

    // -- the folder of a project

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", nullValues = "none", textBlock = """
            /work/p/mcp.json                                        => /work/p
            /work/p/.mcp.json                                       => /work/p
            /work/p/.vscode/mcp.json                                => /work/p
            /work/p/.continue/mcpServers/a.yaml                     => /work/p
            /home/u/p/.cursor/mcp.json                              => /home/u/p
            /home/u/.cursor/mcp.json                                => none
            /home/u/.mcp.json                                       => none
            /home/u/.config/opencode/opencode.json                  => none
            /home/u/Library/Application Support/Claude/config.json  => none
            /home/u/AppData/Roaming/Claude/config.json              => none
            """)
    void filesOfAProjectHaveAFolder(Path file, @Nullable Path project) {
        assertThat(Folders.project(file, Path.of("/home/u"))).isEqualTo(project);
    }
}
