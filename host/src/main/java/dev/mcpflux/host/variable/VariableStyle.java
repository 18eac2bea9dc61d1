package dev.mcpflux.host.variable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a kind of configuration file writes variables, and what one means that is not set. What is no variable in a style stays
 * as it is written; a variable that the other program would replace and this one cannot is an error.
 *
 * <p>In every style a value is put in as it is: what looks like a variable in a value stays. A default may hold variables.
 */
public enum VariableStyle {
    /**
     * The style of this host: {@code ${NAME}}, {@code ${NAME:-default}}, {@code ${env:NAME}}, {@code ${input:id}}, {@code
     * ${file:PATH}}, {@code ${secret:NAME}}, {@code ${op://vault/item/field}}, {@code ${workspaceFolder}}, {@code
     * ${workspaceFolderBasename}}, {@code ${userHome}}, {@code ${pathSeparator}} and {@code ${/}}. <code>$$&#123;</code> stands
     * for <code>$&#123;</code>. What is not set is an error. As in a shell, a default stands for a variable that is unset or
     * empty.
     */
    MCPFLUX(
            Unset.ERROR,
            Notation.NAME,
            Notation.DEFAULT,
            Notation.ENV,
            Notation.INPUT,
            Notation.FILE,
            Notation.SECRET,
            Notation.ONE_PASSWORD,
            Notation.WORKSPACE,
            Notation.USER_HOME,
            Notation.SEPARATOR,
            Notation.ESCAPE),
    /**
     * Claude Code: {@code ${NAME}} and {@code ${NAME:-default}}, where an empty variable counts as set. What is not set stays
     * as it is written, with a warning. Variables of its plugins are an error, unless they are in the environment.
     */
    CLAUDE(Unset.LITERAL, Notation.NAME, Notation.DEFAULT),
    /**
     * VS Code: {@code ${env:NAME}}, {@code ${input:id}}, {@code ${workspaceFolder}}, {@code ${workspaceFolderBasename}}, {@code
     * ${userHome}}, {@code ${pathSeparator}} and {@code ${/}}. An unset variable of the environment is empty.
     */
    VSCODE(Unset.EMPTY, Notation.ENV, Notation.INPUT, Notation.WORKSPACE, Notation.USER_HOME, Notation.SEPARATOR),
    /** Cursor: as VS Code, without inputs. */
    CURSOR(Unset.EMPTY, Notation.ENV, Notation.WORKSPACE, Notation.USER_HOME, Notation.SEPARATOR),
    /** Windsurf: {@code ${env:NAME}} and {@code ${file:PATH}}. What is not set is an error. */
    WINDSURF(Unset.ERROR, Notation.ENV, Notation.FILE),
    /**
     * Gemini CLI and Qwen Code: {@code $NAME}, {@code ${NAME}}, {@code ${NAME:-default}}, on Windows {@code %NAME%}. What is not
     * set is empty.
     */
    GEMINI(Unset.EMPTY, Notation.NAME, Notation.DEFAULT, Notation.BARE, Notation.PERCENT),
    /**
     * Roo Code: {@code ${env:NAME}}, {@code ${workspaceFolder}} and {@code ${workspaceFolderBasename}}. What is not set is empty.
     */
    ROO(Unset.EMPTY, Notation.ENV, Notation.WORKSPACE),
    /** opencode and Kilo Code: {@code {env:NAME}}, empty if unset, and {@code {file:PATH}}. */
    OPENCODE(Unset.EMPTY, Notation.SINGLE_BRACES),
    /**
     * Continue: {@code ${{ secrets.NAME }}}, from the environment, else from the store of secrets, and {@code ${{ inputs.NAME
     * }}}. What is not set is an error.
     */
    CONTINUE(Unset.ERROR, Notation.NAMESPACES),
    /**
     * Crush: {@code $NAME}, {@code ${NAME}} and {@code ${NAME:-default}}. What is not set is an error. No command is ever run:
     * {@code $(command)} is an error.
     */
    CRUSH(Unset.ERROR, Notation.NAME, Notation.DEFAULT, Notation.BARE),
    /**
     * LibreChat: {@code ${NAME}}. What is unset or empty stays as it is written, with a warning. Its variables of a signed-in
     * user, {@code {{LIBRECHAT_USER_ID}}}, are an error.
     */
    LIBRECHAT(Unset.LITERAL, Notation.NAME),
    /**
     * The proposed standard {@code mcp.json}: {@code ${env:NAME}}, {@code ${value:text}}, {@code ${input:name}} and {@code
     * ${op://vault/item/field}}; of several with {@code |} between them, the first that has a value. What is not set is an error.
     */
    PROPOSED(Unset.ERROR, Notation.ENV, Notation.VALUE, Notation.INPUT, Notation.ONE_PASSWORD, Notation.ALTERNATIVES),
    /**
     * The manifest of a bundle: {@code ${__dirname}}, {@code ${HOME}}, {@code ${DESKTOP}}, {@code ${DOCUMENTS}}, {@code
     * ${DOWNLOADS}}, {@code ${pathSeparator}}, {@code ${/}}, and {@code ${user_config.key}}, which is an input.
     */
    BUNDLE(Unset.ERROR, Notation.BUNDLE_FOLDERS, Notation.SEPARATOR, Notation.USER_CONFIG),
    /** A {@code server.json} of a registry: {@code {name}} is an input, if one of that name is declared. */
    REGISTRY(Unset.LITERAL, Notation.PLACEHOLDERS),
    /** No variables: every text stands for itself. */
    NONE(Unset.ERROR);

    /** What a variable of the environment means that is not set. */
    enum Unset {
        ERROR,
        EMPTY,
        LITERAL
    }

    private final Unset unset;
    private final Set<Notation> notations;

    VariableStyle(Unset unset, Notation... notations) {
        this.unset = unset;
        EnumSet<Notation> set = EnumSet.noneOf(Notation.class);
        set.addAll(Arrays.asList(notations));
        this.notations = Collections.unmodifiableSet(set);
    }

    Unset unset() {
        return unset;
    }

    boolean has(Notation notation) {
        return notations.contains(notation);
    }

    /** Whether a default also stands for a variable that is set and empty, as in a shell. */
    boolean emptyIsUnset() {
        return this != CLAUDE;
    }

    /** Whether an input has to be declared in the file. */
    boolean declaresInputs() {
        return this == MCPFLUX || this == VSCODE;
    }

    /** Whether the text has what begins a variable; false for most texts, for which nothing else is loaded. */
    boolean mayHoldVariables(String text) {
        if (this == MCPFLUX || this == NONE) {
            return this == MCPFLUX && text.contains("${");
        }
        return text.indexOf('$') >= 0 || text.indexOf('{') >= 0 || text.indexOf('%') >= 0;
    }

    /** Whether a text holds a variable in this style, or what is an error in it. */
    public boolean hasVariables(String text) {
        return mayHoldVariables(text)
                && VariableParser.parse(text, this).stream().anyMatch(part -> !(part instanceof VariablePart.Text));
    }

    /** The text without its escapes, for a person: variables stand as they are written. */
    public String plain(String text) {
        if (has(Notation.ESCAPE)) {
            return text.replace("$${", "${");
        }
        if (!has(Notation.VALUE) || text.indexOf("${") < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (VariablePart part : VariableParser.parse(text, this)) {
            if (!(part instanceof VariablePart.Text literal)) {
                return text;
            }
            plain.append(literal.text());
        }
        return plain.toString();
    }

    /** The variables of a text, with those of defaults, in their order. */
    public List<VariableReference> variables(String text) {
        if (!mayHoldVariables(text)) {
            return List.of();
        }
        List<VariableReference> all = new ArrayList<>();
        collect(text, 0, all);
        return all;
    }

    private void collect(String text, int depth, List<VariableReference> all) {
        if (depth > Expansion.MAX_NESTING) {
            return;
        }
        for (VariablePart part : VariableParser.parse(text, this)) {
            if (part instanceof VariablePart.Variable variable) {
                String fallback = variable.fallback();
                boolean lenient = variable.kind() == VariableReference.Kind.ENVIRONMENT && unset != Unset.ERROR;
                all.add(new VariableReference(variable.kind(), variable.name(), lenient || fallback != null));
                if (fallback != null) {
                    collect(fallback, depth + 1, all);
                }
            }
        }
    }

    /**
     * What to write in this style for a text that holds no variables, whatever it looks like.
     *
     * @return null if this style has no way to write it
     */
    public @Nullable String quote(String text) {
        if (has(Notation.ESCAPE)) {
            return text.replace("${", "$${");
        }
        return hasVariables(text) || !plain(text).equals(text) ? null : text;
    }

    /**
     * A text of this style in another one. Where this style takes an unset variable as empty and the other one does not, it gets
     * an empty default, if there are defaults.
     *
     * @return null if the other style has no way to write it
     */
    public @Nullable String translate(String text, VariableStyle other) {
        return other == this ? text : new VariableTranslation(this, other).translate(text);
    }
}
