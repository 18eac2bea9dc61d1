package dev.mcpflux.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a list (specification: server/utilities/pagination). */
public interface PageResult<T> extends CacheableResult {

    /** The elements of this page. */
    List<T> items();

    /** The start of the next page, an opaque value that may be empty; null after the last page. */
    @Nullable
    String nextCursor();
}
