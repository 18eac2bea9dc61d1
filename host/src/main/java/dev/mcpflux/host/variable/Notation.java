package dev.mcpflux.host.variable;

/** One way to write a variable. */
enum Notation {
    /** {@code ${NAME}}. */
    NAME,
    /** {@code ${NAME:-default}}. */
    DEFAULT,
    /** {@code ${env:NAME}}. */
    ENV,
    /** {@code ${input:id}}. */
    INPUT,
    /** {@code ${file:PATH}}. */
    FILE,
    /** {@code ${secret:NAME}} and {@code ${keychain:NAME}}. */
    SECRET,
    /** {@code ${op://vault/item/field}}. */
    ONE_PASSWORD,
    /** {@code ${value:text}}. */
    VALUE,
    /** {@code ${workspaceFolder}}, {@code ${workspaceFolderBasename}}. */
    WORKSPACE,
    /** {@code ${userHome}}. */
    USER_HOME,
    /** {@code ${pathSeparator}}, {@code ${/}}. */
    SEPARATOR,
    /** {@code ${__dirname}}, {@code ${HOME}}, {@code ${DESKTOP}}, {@code ${DOCUMENTS}}, {@code ${DOWNLOADS}}. */
    BUNDLE_FOLDERS,
    /** {@code ${user_config.key}}, an input. */
    USER_CONFIG,
    /** {@code ${env:A | value:b}} and {@code ${env:A} | ${value:b}}: the first that has a value. */
    ALTERNATIVES,
    /** <code>$$&#123;</code> for <code>$&#123;</code>. */
    ESCAPE,
    /** {@code $NAME}. */
    BARE,
    /** {@code %NAME%}, on Windows. */
    PERCENT,
    /** {@code {env:NAME}}, {@code {file:PATH}}. */
    SINGLE_BRACES,
    /** {@code ${{ secrets.NAME }}}, {@code ${{ inputs.NAME }}}. */
    NAMESPACES,
    /** {@code {name}}, an input. */
    PLACEHOLDERS
}
