package dev.mcpflux.host.variable;

import dev.mcpflux.transport.stdio.ProgramRun;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Stores of secrets that are programs. The name of a secret is an argument of its own, and no shell reads it; what the program
 * prints is the secret, without the line break at its end. What it writes to stderr is never shown, since it may quote the
 * secret. A program that runs longer than a minute is killed, and so it is when the server is not waited for any more.
 */
public final class SecretStores {

    /** As long as a person may take to unlock a keychain. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String ONE_PASSWORD = "op://";

    /** What secrets are filed under, so that a configuration cannot ask for the passwords of other programs. */
    private static final String SERVICE = "mcpflux-secret";

    private SecretStores() {}

    /**
     * The keychain of the operating system: {@code security} on macOS, {@code secret-tool} (libsecret) elsewhere. Only secrets
     * of the service {@code mcpflux-secret} are read. Windows has no program for it: there a look-up fails, and says so.
     */
    public static SecretStore keychain() {
        return keychain(System.getProperty("os.name", ""), Schedulers.parallel());
    }

    static SecretStore keychain(String system, Scheduler timer) {
        return name -> name.startsWith(ONE_PASSWORD) ? Mono.empty() : keychain(system, name, timer);
    }

    private static Mono<String> keychain(String system, String name, Scheduler timer) {
        if (system.startsWith("Windows")) {
            return Mono.error(
                    new VariableProblem(
                            "the credential manager of Windows has no program that prints a secret; set a store by a helper command"));
        }
        // what "not found" is: errSecItemNotFound; secret-tool says the same of a keychain that is not there, but not
        // in silence
        return tool(system, name, timer)
                .run(result -> isMac(system)
                        ? result.exitCode() == 44
                        : result.exitCode() == 1 && result.errors().isBlank());
    }

    static SecretProgram tool(String system, String name, Scheduler timer) {
        List<String> command = isMac(system)
                ? List.of("security", "find-generic-password", "-w", "-s", SERVICE, "-a", name)
                : List.of("secret-tool", "lookup", "service", SERVICE, "account", name);
        return new SecretProgram(command, String.join(" ", command), LIMIT, timer);
    }

    /** Whether the tool says that it has no such secret: errSecItemNotFound, or nothing at all. */
    static boolean isAbsent(String system, ProgramRun.Result result) {
        // secret-tool ends with the same code if there is no keychain, but says so
        return isMac(system)
                ? result.exitCode() == 44
                : result.exitCode() == 1 && result.errors().isBlank();
    }

    private static boolean isMac(String system) {
        return system.toLowerCase(Locale.ROOT).contains("mac");
    }

    /** 1Password, by its program {@code op}: for {@code op://} references only. */
    public static SecretStore onePassword() {
        return name -> name.startsWith(ONE_PASSWORD)
                ? new SecretProgram(
                                List.of("op", "read", "--no-newline", name),
                                "op read " + name,
                                LIMIT,
                                Schedulers.parallel())
                        .run(result -> false)
                : Mono.empty();
    }

    /**
     * A program of the user, which gets the name of the secret as its last argument. It is killed after a minute.
     *
     * @param command the program and its other arguments
     */
    public static SecretStore command(List<String> command) {
        return command(command, LIMIT, Schedulers.parallel());
    }

    /** The same, killed after another time. */
    public static SecretStore command(List<String> command, Duration limit) {
        return command(command, limit, Schedulers.parallel());
    }

    static SecretStore command(List<String> command, Duration limit, Scheduler timer) {
        List<String> line = List.copyOf(command);
        if (line.isEmpty() || line.get(0).isBlank()) {
            throw new IllegalArgumentException("a helper command needs a program");
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("the time limit of a helper command must be positive: " + limit);
        }
        return name -> new SecretProgram(
                        Stream.concat(line.stream(), Stream.of(name)).toList(), line.get(0), limit, timer)
                .run(result -> false);
    }

    /** What a program prints that knows itself what is wanted. */
    static Mono<String> program(List<String> command) {
        return new SecretProgram(command, command.get(0), LIMIT, Schedulers.parallel()).run(result -> false);
    }

    /** What {@link java.util.ServiceLoader} finds, then 1Password for its references, and the keychain for all others. */
    public static SecretStore standard() {
        SecretStore own = onePassword().or(keychain());
        SecretStore found = name -> Mono.empty();
        for (SecretStore store : ServiceLoader.load(SecretStore.class)) {
            found = found.or(store);
        }
        return found.or(own);
    }

    /** How a secret gets into its store: an instruction for a person, such as {@code to store it: secret-tool store …}. */
    public static String hint(String name) {
        if (name.startsWith(ONE_PASSWORD)) {
            return "see whether \"op read " + name + "\" finds it";
        }
        return "to store it: "
                + (isMac(System.getProperty("os.name", ""))
                        ? "security add-generic-password -U -s " + SERVICE + " -a " + name + " -w"
                        : "secret-tool store --label=" + name + " service " + SERVICE + " account " + name);
    }
}
