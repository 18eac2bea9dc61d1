package dev.mcpflux.host.filter;

import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * What results are made of, so that those of tools, prompts and resources are cut by the same rules.
 *
 * @param <B> a block of content, a message, or what a resource holds
 */
interface ResultBlocks<B> {

    /** The text of a block that can be cut; null of any other. */
    @Nullable
    String text(B block);

    /** The same block with another text. */
    B withText(B block, String text);

    /** What is kept of a block that is replaced; null if nothing can be, as of a link. */
    @Nullable
    KeptPart kept(B block);

    /** Stands in place of a block. */
    B link(B block, String uri, KeptPart kept);

    /** A block of text of our own. */
    B note(String text);

    /** Blocks of content of a tool. */
    ResultBlocks<Content> CONTENT = new ResultBlocks<>() {
        @Override
        public @Nullable String text(Content block) {
            return block instanceof Content.Text text ? text.text() : null;
        }

        @Override
        public Content withText(Content block, String text) {
            Content.Text whole = (Content.Text) block;
            return new Content.Text(text, whole.annotations(), whole.meta(), whole.others());
        }

        @Override
        public @Nullable KeptPart kept(Content block) {
            if (block instanceof Content.Image image) {
                return new KeptPart(image.mimeType(), null, image.data());
            }
            if (block instanceof Content.Audio audio) {
                return new KeptPart(audio.mimeType(), null, audio.data());
            }
            return block instanceof Content.EmbeddedResource embedded ? RESOURCE.kept(embedded.resource()) : null;
        }

        @Override
        public Content link(Content block, String uri, KeptPart kept) {
            String name = block instanceof Content.EmbeddedResource embedded
                    ? cut(embedded.resource().uri())
                    : block.type();
            String description = "replaced because of its size of " + kept.weight() + " characters"
                    + (kept.blob() == null ? "" : " in Base64");
            return new Content.ResourceLink(
                    uri,
                    name,
                    null,
                    description,
                    kept.mimeType() == null ? null : cut(kept.mimeType()),
                    null,
                    null,
                    null,
                    null);
        }

        @Override
        public Content note(String text) {
            return new Content.Text(text);
        }
    };

    /** Messages of a prompt. */
    ResultBlocks<Prompts.PromptMessage> MESSAGE = new ResultBlocks<>() {
        @Override
        public @Nullable String text(Prompts.PromptMessage block) {
            return CONTENT.text(block.content());
        }

        @Override
        public Prompts.PromptMessage withText(Prompts.PromptMessage block, String text) {
            return with(block, CONTENT.withText(block.content(), text));
        }

        @Override
        public @Nullable KeptPart kept(Prompts.PromptMessage block) {
            return CONTENT.kept(block.content());
        }

        @Override
        public Prompts.PromptMessage link(Prompts.PromptMessage block, String uri, KeptPart kept) {
            return with(block, CONTENT.link(block.content(), uri, kept));
        }

        @Override
        public Prompts.PromptMessage note(String text) {
            return new Prompts.PromptMessage(Role.USER, new Content.Text(text));
        }

        private static Prompts.PromptMessage with(Prompts.PromptMessage block, Content content) {
            return new Prompts.PromptMessage(block.roleText(), content, block.others());
        }
    };

    /** What a resource holds. */
    ResultBlocks<Content.ResourceContents> RESOURCE = new ResultBlocks<>() {
        @Override
        public @Nullable String text(Content.ResourceContents block) {
            return block.blob() == null ? block.text() : null;
        }

        @Override
        public Content.ResourceContents withText(Content.ResourceContents block, String text) {
            return new Content.ResourceContents(
                    block.uri(), block.mimeType(), text, block.blob(), block.meta(), block.others());
        }

        @Override
        public @Nullable KeptPart kept(Content.ResourceContents block) {
            return block.blob() == null && block.text() == null
                    ? null
                    : new KeptPart(block.mimeType(), block.blob() == null ? block.text() : null, block.blob());
        }

        @Override
        public Content.ResourceContents link(Content.ResourceContents block, String uri, KeptPart kept) {
            String text = "[" + kept.weight() + " characters in Base64 were left out; they are at " + uri + "]";
            return new Content.ResourceContents(cut(block.uri()), "text/plain", text, null, null);
        }

        @Override
        public Content.ResourceContents note(String text) {
            return new Content.ResourceContents(KeptUri.PREFIX, "text/plain", text, null, null);
        }
    };

    /** A name of a server in a link, which must not grow with it. */
    private static String cut(String name) {
        return SafeText.shortened(name, 200);
    }
}
