package dev.mcpflux.host.config.document;

import org.jspecify.annotations.Nullable;

/**
 * An edit that cannot be made without changing something else. The text is as it was. The message says why, and quotes
 * nothing; {@link #textToPaste()} is what a person may write instead.
 */
public final class DocumentEditException extends DocumentException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String textToPaste;

    DocumentEditException(String pointer, String reason, @Nullable String textToPaste) {
        super(pointer + " cannot be changed safely: " + reason + "; change it by hand");
        this.textToPaste = textToPaste;
    }

    /** The new value with its keys in the syntax of the document, in lines; null for a removal. It may hold secrets. */
    public @Nullable String textToPaste() {
        return textToPaste;
    }
}
