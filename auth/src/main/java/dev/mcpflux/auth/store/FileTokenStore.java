package dev.mcpflux.auth.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps entries in a file that only its owner can read, for programs of one person. Where the operating system has a keychain
 * that can be reached ({@code secret-tool}, {@code security}), the file is encrypted with a key from there (AES-256, GCM).
 * Several processes may use one file.
 *
 * <p>A file that is encrypted stays so: without its key it cannot be used, and is not replaced.
 */
public final class FileTokenStore implements TokenStore {

    private final TokenFile file;
    private final Mono<Optional<byte[]>> key;
    private final Mono<Optional<byte[]>> keyOrNew;

    private FileTokenStore(TokenFile file, Keychain keychain) {
        this.file = file;
        this.key = found(keychain.key());
        this.keyOrNew = found(keychain.keyOrNew());
    }

    private static Mono<Optional<byte[]>> found(Mono<byte[]> key) {
        return key.map(Optional::of).defaultIfEmpty(Optional.empty()).cache();
    }

    /** A store in this file, which need not exist. */
    public static FileTokenStore create(Path file) {
        return create(file, Schedulers.parallel());
    }

    static FileTokenStore create(Path file, Scheduler timer) {
        return new FileTokenStore(new TokenFile(file), Keychain.ofSystem(timer));
    }

    static FileTokenStore create(Path file, Keychain keychain) {
        return new FileTokenStore(new TokenFile(file), keychain);
    }

    @Override
    public Mono<String> load(Key wanted) {
        return content().mapNotNull(content -> content.entries().get(wanted));
    }

    @Override
    public Mono<Void> save(Key entry, String secret) {
        // a file that is not encrypted becomes so, if there is a keychain now
        return keyOrNew.flatMap(found -> change(found, entries -> entries.put(entry, secret)));
    }

    @Override
    public Mono<Void> remove(Key entry) {
        return content()
                .filter(content -> content.entries().containsKey(entry))
                .flatMap(content -> (content.encrypted() ? key : Mono.just(Optional.<byte[]>empty()))
                        .flatMap(found -> change(found, entries -> entries.remove(entry))));
    }

    @Override
    public Flux<Key> keys() {
        return content().flatMapIterable(content -> content.entries().keySet());
    }

    /** Emits what the file holds; nothing is asked of the keychain unless it is encrypted. */
    private Mono<TokenFile.Content> content() {
        return blocking(file::encrypted)
                .flatMap(encrypted -> encrypted ? key : Mono.just(Optional.<byte[]>empty()))
                .flatMap(found -> blocking(() -> file.read(found.orElse(null))));
    }

    private Mono<Void> change(Optional<byte[]> found, TokenFile.Change change) {
        return blocking(() -> {
                    file.change(found.orElse(null), change);
                    return true;
                })
                .then();
    }

    private <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(IOException.class, e -> new TokenStoreException(file + ": " + e.getMessage(), e));
    }

    /** Shows the file. */
    @Override
    public String toString() {
        return "FileTokenStore[" + file + "]";
    }
}
