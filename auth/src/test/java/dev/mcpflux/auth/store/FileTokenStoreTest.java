package dev.mcpflux.auth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Needs {@code sh}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the keychain is a shell script, and permissions are POSIX")
class FileTokenStoreTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SECRET = "s3cr3t";
    private static final TokenStore.Key KEY = key("srv");

    @TempDir
    Path directory;

    private static TokenStore.Key key(String server) {
        return new TokenStore.Key(TokenStore.Kind.TOKENS, server, "https://h/" + SECRET, "", "");
    }

    private Path file() {
        return directory.resolve("state/tokens.json");
    }

    /** A keychain in a file. */
    private record FileKeychain(Path file) implements Keychain.Commands {
        @Override
        public List<String> read() {
            return List.of("cat", file.toString());
        }

        @Override
        public List<String> write() {
            return List.of("sh", "-c", "cat >\"$1\"", "sh", file.toString());
        }

        @Override
        public String input(String key) {
            return key;
        }
    }

    private FileTokenStore encrypted() {
        return FileTokenStore.create(
                file(), new Keychain(new FileKeychain(directory.resolve("keychain")), Schedulers.parallel()));
    }

    /** Where there is no keychain. */
    private FileTokenStore plain() {
        return FileTokenStore.create(
                file(), new Keychain(new FileKeychain(directory.resolve("no/such/keychain")), Schedulers.parallel()));
    }

    private static void save(TokenStore store, TokenStore.Key key, String secret) {
        store.save(key, secret).block(LIMIT);
    }

    private String text() throws IOException {
        return Files.readString(file());
    }

    @Test
    void keepsEntriesForAnotherProcess() {
        save(plain(), KEY, SECRET);
        save(plain(), key("other"), "2");

        StepVerifier.create(plain().load(KEY)).expectNext(SECRET).verifyComplete();
        assertThat(plain().keys().collectList().block(LIMIT)).containsExactlyInAnyOrder(KEY, key("other"));

        plain().remove(KEY).block(LIMIT);
        plain().remove(KEY).block(LIMIT);
        StepVerifier.create(plain().load(KEY)).verifyComplete();
        StepVerifier.create(plain().load(key("other"))).expectNext("2").verifyComplete();
    }

    @Test
    void missingFileHoldsNothing() {
        StepVerifier.create(plain().load(KEY)).verifyComplete();
        StepVerifier.create(plain().keys()).verifyComplete();
        plain().remove(KEY).block(LIMIT);
        assertThat(file()).doesNotExist();
    }

    @Test
    void onlyTheOwnerCanReadIt() throws IOException {
        save(plain(), KEY, SECRET);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void fileThatOthersCanReadIsRefused() throws IOException {
        save(plain(), KEY, SECRET);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> plain().load(KEY).block(LIMIT))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("others can read it")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void writingLeavesNoOtherFile() throws IOException {
        save(plain(), KEY, SECRET);
        save(plain(), KEY, "again");

        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("tokens.json", "tokens.json.lock");
        }
    }

    @Test
    void keychainEncryptsIt() throws IOException {
        save(encrypted(), KEY, SECRET);

        assertThat(text()).doesNotContain(SECRET, "srv");
        StepVerifier.create(encrypted().load(KEY)).expectNext(SECRET).verifyComplete();
        String before = text();
        save(encrypted(), KEY, SECRET);
        assertThat(text()).as("no two are equal").isNotEqualTo(before);
    }

    @Test
    void plainFileIsEncryptedOnceThereIsAKeychain() throws IOException {
        save(plain(), KEY, SECRET);
        assertThat(text()).contains(SECRET);

        StepVerifier.create(encrypted().load(KEY)).expectNext(SECRET).verifyComplete();
        save(encrypted(), key("other"), "2");

        assertThat(text()).doesNotContain(SECRET);
        StepVerifier.create(encrypted().load(KEY)).expectNext(SECRET).verifyComplete();
    }

    @Test
    void encryptedFileIsNotReplacedWithoutItsKey() throws IOException {
        save(encrypted(), KEY, SECRET);
        String before = text();

        assertThatThrownBy(() -> plain().load(KEY).block(LIMIT))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("keychain");
        assertThatThrownBy(() -> save(plain(), KEY, "new")).isInstanceOf(TokenStoreException.class);
        assertThat(text()).isEqualTo(before);
    }

    @Test
    void anotherKeyIsAnError() throws IOException {
        save(encrypted(), KEY, SECRET);
        Files.writeString(directory.resolve("keychain"), "A".repeat(43) + "=");

        assertThatThrownBy(() -> encrypted().load(KEY).block(LIMIT))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("another key");
    }

    @Test
    void changedDataIsAnError() throws IOException {
        save(encrypted(), KEY, SECRET);
        String text = text();
        int at = text.indexOf("\"data\":\"") + 30;
        Files.writeString(
                file(), text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1));

        assertThatThrownBy(() -> encrypted().load(KEY).block(LIMIT)).isInstanceOf(TokenStoreException.class);
    }

    @Test
    void somethingElseIsAnError() throws IOException {
        Files.createDirectories(file().getParent());
        for (String text : List.of("", "{", "[]", "{\"version\":2,\"entries\":[]}", SECRET)) {
            Files.writeString(file(), text);
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));

            assertThatThrownBy(() -> plain().load(KEY).block(LIMIT))
                    .as(text)
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageNotContaining(SECRET);
            assertThatThrownBy(() -> save(plain(), KEY, "x")).isInstanceOf(TokenStoreException.class);
            assertThat(text()).isEqualTo(text);
        }
    }

    @Test
    void writersDoNotLoseEachOthersEntries() {
        int writers = 12;
        Flux.range(0, writers)
                .flatMap(i -> Mono.defer(() -> plain().save(key("srv" + i), "secret " + i)))
                .blockLast(LIMIT);

        List<String> kept = IntStream.range(0, writers)
                .mapToObj(i -> plain().load(key("srv" + i)).block(LIMIT))
                .toList();
        assertThat(kept).doesNotContainNull().hasSize(writers);
    }

    @Test
    void nothingIsShown() {
        assertThat(plain().toString()).contains("tokens.json").doesNotContain(SECRET);
        assertThat(KEY.toString()).isEqualTo("TOKENS of srv");
    }
}
