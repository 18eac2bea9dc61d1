package dev.mcpflux.host.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes one result fit. Text comes first; a quarter of the room is left for links to other blocks. Then other blocks are kept as
 * far as there is room, and replaced by links otherwise. Used once, by one thread.
 */
final class ResultCutter {

    /** What a link takes at most, unless a server has chosen its names to be long in JSON. */
    private static final JsonSize LINK = new JsonSize(600, 600, 600);

    private final @Nullable String id;
    private final List<KeptPart> parts = new ArrayList<>();
    private final StringJoiner notes = new StringJoiner(" ");
    private JsonSize room;
    private int omitted;
    private int links;

    /**
     * For one result.
     *
     * @param id of what is kept; null if nothing is
     * @param room how much the caller gets
     */
    ResultCutter(@Nullable String id, JsonSize room) {
        this.id = id;
        this.room = room;
    }

    /** What was cut; the first part is all text, if text was cut. */
    List<KeptPart> parts() {
        return parts;
    }

    /** What fits of the blocks, in their order. */
    <B> List<B> cut(List<B> blocks, ResultBlocks<B> kind) {
        long others = blocks.stream().filter(block -> kind.text(block) == null).count();
        JsonSize reserve = LINK.times(others).min(room.quarter());
        room = room.minus(reserve);
        List<@Nullable B> fitting = texts(blocks, kind);
        room = room.plus(reserve);
        List<B> kept = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            B block = blocks.get(i);
            B fits = kind.text(block) != null ? fitting.get(i) : other(block, kind, --others);
            if (fits != null) {
                kept.add(fits);
            }
        }
        if (links > 0) {
            notes.add(links + " other blocks were replaced by links.");
        }
        if (omitted > 0) {
            notes.add(omitted + " other blocks were left out.");
        }
        return kept;
    }

    /** The blocks of text that fit; those behind one that was cut are left out, so that the text goes on where it ends. */
    private <B> List<@Nullable B> texts(List<B> blocks, ResultBlocks<B> kind) {
        List<@Nullable B> fitting = new ArrayList<>();
        StringJoiner whole = new StringJoiner("\n");
        int shown = 0;
        boolean cut = false;
        for (B block : blocks) {
            String text = kind.text(block);
            B fits = null;
            if (text != null) {
                int before = whole.length() + (whole.length() > 0 ? 1 : 0);
                whole.add(text);
                JsonSize size = JsonSize.of(block);
                if (!cut && size.fitsIn(room)) {
                    fits = block;
                    shown = before + text.length();
                    room = room.minus(size);
                } else if (!cut) {
                    cut = true;
                    JsonSize frame = JsonSize.of(kind.withText(block, ""));
                    int length = room.minus(frame).fitting(text, 0);
                    if (length > 0) {
                        fits = kind.withText(block, text.substring(0, length));
                        shown = before + length;
                        room = room.minus(JsonSize.of(fits));
                    }
                }
            }
            fitting.add(fits);
        }
        if (cut) {
            parts.add(KeptPart.text("text/plain", whole.toString()));
            notes.add(shown + " of " + whole.length() + " characters of text are shown.");
            if (id != null) {
                notes.add("The rest is the resource " + KeptUri.page(id, 0, shown, -1)
                        + " (add &limit= for smaller pages); search it by " + KeptUri.search(id, "TEXT") + ".");
            }
        }
        return fitting;
    }

    /** A block that is no text, a link in its place, or nothing. */
    private <B> @Nullable B other(B block, ResultBlocks<B> kind, long after) {
        JsonSize size = JsonSize.of(block);
        if (size.fitsIn(room.minus(LINK.times(after)))) {
            room = room.minus(size);
            return block;
        }
        KeptPart part = kind.kept(block);
        if (part == null || id == null) {
            omitted++;
            return null;
        }
        parts.add(part);
        B link = kind.link(block, KeptUri.of(id, parts.size() - 1), part);
        JsonSize small = JsonSize.of(link);
        if (!small.fitsIn(room)) {
            omitted++;
            return null;
        }
        links++;
        room = room.minus(small);
        return link;
    }

    /** Takes what needs little of the room; false, and nothing is taken, if it needs more than a quarter. */
    boolean takesSmall(JsonSize size) {
        boolean small = size.fitsIn(room.quarter());
        room = small ? room.minus(size) : room;
        return small;
    }

    /** A tree that fits, or null; then it is kept as JSON. */
    @Nullable
    JsonNode tree(String name, @Nullable JsonNode tree) {
        if (tree == null) {
            return null;
        }
        JsonSize size = JsonSize.of(tree);
        if (size.fitsIn(room)) {
            room = room.minus(size);
            return tree;
        }
        parts.add(KeptPart.text("application/json", tree.toString()));
        notes.add("The " + name + " was left out"
                + (id == null ? "." : "; it is the resource " + KeptUri.of(id, parts.size() - 1) + "."));
        return null;
    }

    /** Says what was cut. */
    String note(JsonSize whole, String kept) {
        return "[This result of " + whole.bytes() + " bytes is larger than its limit. " + notes + " " + kept + "]";
    }
}
