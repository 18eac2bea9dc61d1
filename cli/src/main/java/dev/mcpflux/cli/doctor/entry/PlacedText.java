package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.host.config.ServerAuthorization;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text of an entry, which may be a secret.
 *
 * @param place where it stands, in our form: {@code env.TOKEN}, {@code args[2]}
 * @param label what says of what kind it is: the name of a variable, of a header, or of the option before it; empty without one
 */
record PlacedText(String place, String label, Template template) {

    /** All texts of an entry. */
    static List<PlacedText> of(ServerDefinition server) {
        List<PlacedText> texts = new ArrayList<>();
        if (server instanceof ServerDefinition.Stdio stdio) {
            texts.add(new PlacedText("command", "", stdio.command()));
            String before = "";
            for (int i = 0; i < stdio.arguments().size(); i++) {
                Template argument = stdio.arguments().get(i);
                texts.add(new PlacedText("args[" + i + "]", before, argument));
                String plain = argument.plain();
                before = plain.startsWith("-") && !plain.contains("=") ? plain : "";
            }
            stdio.environment().forEach((name, value) -> texts.add(new PlacedText("env." + name, name, value)));
            add(texts, "envFile", stdio.environmentFile());
            add(texts, "cwd", stdio.workingDirectory());
        } else if (server instanceof ServerDefinition.Http http) {
            texts.add(new PlacedText("url", "", http.url()));
            http.headers().forEach((name, value) -> texts.add(new PlacedText("headers." + name, name, value)));
            add(texts, "proxy", http.proxy());
            if (http.authorization() instanceof ServerAuthorization.OAuth oauth) {
                oauth.settings()
                        .forEach((setting, value) ->
                                texts.add(new PlacedText("oauth." + setting.key(), setting.key(), value)));
            }
        }
        return texts;
    }

    private static void add(List<PlacedText> texts, String place, @Nullable Template template) {
        if (template != null) {
            texts.add(new PlacedText(place, "", template));
        }
    }

    /** The text with its variables replaced by the environment; null where that does not say enough. */
    static @Nullable String resolved(Template template, UnaryOperator<@Nullable String> variables) {
        try {
            return template.resolve(variables);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
