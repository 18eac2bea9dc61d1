package dev.mcpflux.cli.doctor.finding;

import static dev.mcpflux.cli.doctor.finding.Severity.ADVICE;
import static dev.mcpflux.cli.doctor.finding.Severity.OK;
import static dev.mcpflux.cli.doctor.finding.Severity.PROBLEM;
import static dev.mcpflux.cli.doctor.finding.Severity.WARNING;

import java.util.Locale;

/** Everything that can be found. The {@link #id()} is stable, so that scripts can rely on it. */
public enum Rule {
    FILE_UNREADABLE(PROBLEM, "A configuration file cannot be read."),
    INVALID_ENTRY(PROBLEM, "The entry of the server is wrong."),
    CONFIGURATION_WARNING(WARNING, "The file holds something that is ignored, such as an unknown key."),
    SWITCHED_OFF(ADVICE, "The server is switched off, so nothing else is checked."),
    NAME_IN_SEVERAL_FILES(ADVICE, "Several files have different servers of this name."),

    COMMAND_FOUND(OK, "The command is there."),
    COMMAND_NOT_FOUND(PROBLEM, "The command is not on the PATH that the server will have, or not at its path."),
    WORKING_DIRECTORY_MISSING(PROBLEM, "The working directory does not exist."),
    ENV_FILE_MISSING(PROBLEM, "The file of environment variables does not exist."),
    UNPINNED_PACKAGE(WARNING, "A package runner starts whatever version is the newest."),
    SANDBOX_OFF(ADVICE, "Servers could run in a sandbox and do not."),
    SANDBOX_UNAVAILABLE(PROBLEM, "The server is to run in a sandbox, and this machine has none."),

    VARIABLE_UNSET(PROBLEM, "An environment variable that the entry names is not set."),
    VARIABLE_EMPTY(
            WARNING, "An environment variable without a default is not set, and this kind of file goes on without it."),
    FILE_MISSING(PROBLEM, "A file whose content the entry uses does not exist."),
    INPUT_NEEDS_PERSON(ADVICE, "A value has to be typed at each start, so scripts cannot start the server."),
    INPUT_UNDECLARED(PROBLEM, "The entry names an input that the file does not declare."),
    SECRET_MISSING(PROBLEM, "No store of secrets has a secret that the entry names."),

    PLAIN_SECRET(WARNING, "A secret stands in the file as it is."),
    PLAIN_SECRET_IN_PROJECT(PROBLEM, "A secret stands in a file that comes with a project, and may be shared with it."),
    SECRET_FILE_READABLE(PROBLEM, "Other users of this machine can read a file that holds a secret."),

    URL_INVALID(PROBLEM, "The URL is none that a server can be reached by."),
    PLAIN_HTTP(WARNING, "A server on another machine is reached without encryption."),
    PROXY_USED(ADVICE, "The server is reached through a proxy, so its address is not checked directly."),
    HOST_UNKNOWN(PROBLEM, "The name of the host is not known."),
    NOT_REACHABLE(PROBLEM, "Nothing accepts a connection at the address."),
    TLS_REFUSED(PROBLEM, "The certificate is not accepted, or there is no TLS."),
    TLS_EXPIRES_SOON(WARNING, "The certificate expires within two weeks."),
    ADDRESS_REACHABLE(OK, "The address accepts connections."),

    NOT_APPROVED(WARNING, "The server comes with a project and is not approved, so it is not started."),
    APPROVAL_REFUSED(PROBLEM, "The server comes with a project and cannot be approved."),

    STARTED(OK, "The server starts and answers."),
    NOT_STARTED(PROBLEM, "The server cannot be started or reached."),
    NEEDS_LOGIN(WARNING, "The server asks for a login."),
    SLOW_START(WARNING, "The server takes more than five seconds to start."),
    LIST_FAILED(PROBLEM, "A list that the server declares cannot be read."),

    TOOL_NAME_REFUSED(WARNING, "Providers of models refuse the name of a tool."),
    TOOL_NAME_TOO_LONG(WARNING, "The name of a tool is too long for providers of models, with that of its server."),
    TOOL_NAMES_COLLIDE(PROBLEM, "Tools have names that are the same."),
    DESCRIPTION_TOO_LONG(WARNING, "The description of a tool is longer than some providers of models allow."),
    SCHEMA_NOT_OBJECT(PROBLEM, "The input schema of a tool is not that of an object."),
    SCHEMA_UNSUPPORTED(WARNING, "The input schema has a keyword at its root that providers of models refuse."),
    SCHEMA_UNUSABLE(PROBLEM, "A schema of a tool is no valid JSON Schema, or refers to something else."),
    TOO_MANY_TOOLS(WARNING, "There are more tools than some clients or providers of models take."),
    ANNOTATIONS_CONTRADICT(WARNING, "The annotations of a tool contradict each other."),

    HIDDEN_TEXT(PROBLEM, "A text for a model holds characters that a person does not see."),
    DIRECTIVE_TEXT(WARNING, "A text for a model has instructions that have nothing to do with the tool."),
    LOOK_ALIKE_NAME(WARNING, "The name of a tool looks like that of a tool of another server.");

    private final Severity severity;
    private final String meaning;

    Rule(Severity severity, String meaning) {
        this.severity = severity;
        this.meaning = meaning;
    }

    /** Its name in documents: {@code tool-name-too-long}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Severity severity() {
        return severity;
    }

    /** A sentence for a person. */
    public String meaning() {
        return meaning;
    }
}
