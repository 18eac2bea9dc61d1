package dev.mcpflux.host.approval;

import dev.mcpflux.host.config.McpConfigurationException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a project as it is now, beside what was decided about it. No text in it is a secret; texts are as the file has
 * them, so they have to be made safe before they are shown.
 *
 * @param server the name of the server
 * @param status what was decided
 * @param fields what would be started or contacted, by what it is: {@code command}, {@code variable TOKEN}
 * @param differences from what was decided about, where the status is {@link Status#CHANGED}
 * @param notes what a person should notice
 * @param refusal why it cannot be approved, where the status is {@link Status#REFUSED}
 * @param decided when, or null where nothing was decided
 * @param kept what is remembered of it, with hashes in the place of secrets
 * @param hash of {@code kept}
 */
public record EntryReview(
        String server,
        Status status,
        Map<String, String> fields,
        List<Difference> differences,
        List<String> notes,
        @Nullable McpConfigurationException refusal,
        @Nullable Instant decided,
        Map<String, String> kept,
        String hash) {

    /** What was decided about an entry. */
    public enum Status {
        /** A person has approved it as it is now. */
        APPROVED,
        /** A person does not want it to be started as it is now. */
        DENIED,
        /** Nobody has been asked. */
        NEW,
        /** It is not what was decided about. */
        CHANGED,
        /** It cannot be approved. */
        REFUSED,
        /** It is wrong, switched off or comes from no file, so that there is nothing to approve. */
        NOTHING
    }

    /**
     * One difference.
     *
     * @param field what is different
     * @param before as it was, null where it was not there
     * @param now as it is, null where it is not there any more
     */
    public record Difference(
            String field, @Nullable String before, @Nullable String now) {}

    /** Whether a person has to be asked before the server can be started. */
    public boolean isPending() {
        return status == Status.NEW || status == Status.CHANGED;
    }

    /** Whether the entry can be approved. */
    public boolean isApprovable() {
        return isPending() || status == Status.DENIED || status == Status.APPROVED;
    }
}
