package dev.mcpflux.auth.store;

import dev.mcpflux.transport.stdio.ProgramRun;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The keychain of the operating system, which holds one key: {@code secret-tool} (Secret Service of Linux desktops), {@code
 * security} (macOS). The key never stands in the arguments of a program, where others could read it.
 */
final class Keychain {

    private static final int KEY_BYTES = 32;
    private static final int MAX_OUTPUT = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** How the key is read and written. */
    interface Commands {
        List<String> read();

        List<String> write();

        /** What the program reads to write the key. */
        String input(String key);
    }

    private final Commands commands;
    private final Scheduler timer;

    Keychain(Commands commands, Scheduler timer) {
        this.commands = commands;
        this.timer = timer;
    }

    static Keychain ofSystem(Scheduler timer) {
        return new Keychain(
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac")
                        ? new Security()
                        : new SecretTool(),
                timer);
    }

    /** {@code secret-tool} of libsecret. */
    private record SecretTool() implements Commands {
        @Override
        public List<String> read() {
            return List.of("secret-tool", "lookup", "service", "mcpflux", "account", "tokens");
        }

        @Override
        public List<String> write() {
            return List.of("secret-tool", "store", "--label=mcpflux tokens", "service", "mcpflux", "account", "tokens");
        }

        @Override
        public String input(String key) {
            return key;
        }
    }

    /** {@code security} of macOS, which reads the command that writes from its stdin. */
    private record Security() implements Commands {
        @Override
        public List<String> read() {
            return List.of("security", "find-generic-password", "-s", "mcpflux", "-a", "tokens", "-w");
        }

        @Override
        public List<String> write() {
            return List.of("security", "-i");
        }

        @Override
        public String input(String key) {
            return "add-generic-password -U -s mcpflux -a tokens -w " + key + "\n";
        }
    }

    /** Emits the key of the keychain. Completes without it if the keychain has no key, or if this system has no keychain. */
    Mono<byte[]> key() {
        return ProgramRun.of(commands.read(), Map.of(), MAX_OUTPUT)
                .timeout(LIMIT, timer)
                // a program that is missing or hangs means that there is no keychain here
                .onErrorComplete()
                .filter(result -> result.exitCode() == 0)
                .flatMap(result -> Mono.justOrEmpty(decoded(result.output().strip())));
    }

    /** Emits the key, and stores a new one first if the keychain has none. Completes without it if this system has no keychain. */
    Mono<byte[]> keyOrNew() {
        return key().switchIfEmpty(Mono.defer(() -> {
            byte[] fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            String text = Base64.getEncoder().encodeToString(fresh);
            return ProgramRun.of(commands.write(), Map.of(), commands.input(text), MAX_OUTPUT)
                    .timeout(LIMIT, timer)
                    // without a keychain, the file is kept without encryption
                    .onErrorComplete()
                    .filter(result -> result.exitCode() == 0)
                    // whether it is really there
                    .flatMap(result -> key());
        }));
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text);
            return key.length == KEY_BYTES ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
