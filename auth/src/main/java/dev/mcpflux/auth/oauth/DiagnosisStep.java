package dev.mcpflux.auth.oauth;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One step of the way to a token, for a person who looks for a fault. It shows addresses, so it belongs to nobody but the person
 * who may see the configuration.
 *
 * @param what is looked at
 * @param url what was asked; null where nothing was
 * @param finding what came back, in a few words; texts of the other side are on one line
 * @param problem whether the way ends here
 */
public record DiagnosisStep(String what, @Nullable URI url, String finding, boolean problem) {

    /** Shows no address. */
    @Override
    public String toString() {
        return "DiagnosisStep[" + what + "]";
    }
}
