package dev.mcpflux.host.variable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VariableTranslationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "-", textBlock = """
            MCPFLUX  ! a ${X} b             ! VSCODE   ! a ${env:X} b
            MCPFLUX  ! ${X:-y}              ! CLAUDE   ! ${X:-y}
            MCPFLUX  ! ${X:-y}              ! VSCODE   ! -
            MCPFLUX  ! ${X}                 ! OPENCODE ! {env:X}
            MCPFLUX  ! ${X}                 ! NONE     ! -
            MCPFLUX  ! plain                ! NONE     ! plain
            MCPFLUX  ! $${X}                ! NONE     ! ${X}
            MCPFLUX  ! $${X}                ! CLAUDE   ! -
            MCPFLUX  ! ${input:key}         ! VSCODE   ! ${input:key}
            MCPFLUX  ! ${input:key}         ! CLAUDE   ! -
            MCPFLUX  ! ${secret:a}          ! CONTINUE ! ${{ secrets.a }}
            MCPFLUX  ! ${op://a/b/c}        ! PROPOSED ! ${op://a/b/c}
            MCPFLUX  ! ${file:/a}           ! WINDSURF ! ${file:/a}
            MCPFLUX  ! ${workspaceFolder}   ! CURSOR   ! ${workspaceFolder}
            MCPFLUX  ! ${workspaceFolder}   ! CLAUDE   ! -
            GEMINI   ! $X/y                 ! MCPFLUX  ! ${X:-}/y
            GEMINI   ! ${X}                 ! VSCODE   ! ${env:X}
            CLAUDE   ! ${X}                 ! MCPFLUX  ! ${X}
            OPENCODE ! {env:X}{file:/f}     ! MCPFLUX  ! ${X:-}${file:/f}
            NONE     ! ${X}                 ! MCPFLUX  ! $${X}
            CONTINUE ! ${{ secrets.X }}     ! MCPFLUX  ! ${secret:X}
            BUNDLE   ! ${user_config.k}     ! MCPFLUX  ! ${input:k}
            REGISTRY ! {name}               ! MCPFLUX  ! ${input:name}
            """)
    void writesVariablesAsTheOtherStyleDoes(
            VariableStyle from, String text, VariableStyle to, @Nullable String expected) {
        assertThat(from.translate(text, to)).isEqualTo(expected);
    }

    /** Whatever can be written in another style comes back as it was. */
    @ParameterizedTest
    @EnumSource(VariableStyle.class)
    void comesBack(VariableStyle other) {
        Random random = new Random(17);
        List<String> pieces = List.of(
                "a",
                " ",
                "$",
                "${",
                "}",
                "{",
                "%X%",
                "$${X}",
                "${X}",
                "${Y:-z}",
                "${env:X}",
                "${input:i}",
                "${secret:s}",
                "${file:/f}",
                "${workspaceFolder}",
                "${userHome}",
                "${/}",
                "|",
                " | ",
                "${op://a/b/c}");
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(5); j >= 0; j--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            String there = VariableStyle.MCPFLUX.translate(text.toString(), other);
            String back = there == null ? null : other.translate(there, VariableStyle.MCPFLUX);
            if (there != null) {
                assertThat(back).as("%s as %s", text, there).isNotNull();
                assertThat(meaning(String.valueOf(back)))
                        .as("%s as %s", text, there)
                        .isEqualTo(meaning(text.toString()));
            }
        }
    }

    private static List<String> meaning(String text) {
        List<String> parts = new ArrayList<>();
        for (VariablePart part : VariableParser.parse(text, VariableStyle.MCPFLUX)) {
            if (part instanceof VariablePart.Variable variable) {
                String fallback = variable.fallback();
                // an empty default is what the other style means without saying it
                // Continue has one word for both
                String kind = variable.kind() == VariableReference.Kind.SECRET
                        ? "ENVIRONMENT"
                        : variable.kind().name();
                parts.add(kind + " " + variable.name()
                        + (fallback == null || fallback.isEmpty() ? "" : meaning(fallback)));
            } else {
                parts.add(part.toString());
            }
        }
        return parts;
    }
}
