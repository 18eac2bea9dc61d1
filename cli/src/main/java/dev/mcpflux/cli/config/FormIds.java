package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import java.util.Iterator;

/** The ids of all forms, as completions of an option. */
public final class FormIds implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return ConfigForms.all().keySet().iterator();
    }

    /**
     * The form of an id.
     *
     * @throws IllegalArgumentException if there is none; the message names all
     */
    public static ConfigForm form(String id) {
        ConfigForm form = ConfigForms.find(id);
        if (form == null) {
            throw new IllegalArgumentException("there is no form '" + id + "'; there is "
                    + String.join(", ", ConfigForms.all().keySet()));
        }
        return form;
    }
}
