package dev.mcpflux.cli.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that records the first failed write. Writers in between hide their errors, and a command whose output
 * is lost must not return success. After the first failure all writes fail.
 */
public final class WatchedStream extends FilterOutputStream {

    private volatile @Nullable IOException failure;

    public WatchedStream(OutputStream out) {
        super(out);
    }

    /** Why a write failed, or null if none did. */
    @Nullable
    public IOException failure() {
        return failure;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        check();
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        check();
        try {
            out.flush();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void check() throws IOException {
        IOException known = failure;
        if (known != null) {
            throw new IOException(known.getMessage(), known);
        }
    }
}
