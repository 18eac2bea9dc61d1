package dev.mcpflux.cli.config;

import dev.mcpflux.cli.install.InstallOptions;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.config.form.FormFiles;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the command is run: what it finds files, variables and decisions by.
 *
 * @param directory the working directory
 * @param formFiles where programs keep their files; asked when that is needed
 * @param variables the value of a variable of the environment, or null
 * @param approvalStore what was decided about servers of projects; asked when that is needed
 * @param data the directory for data, in which bundles are unpacked
 */
public record Surroundings(
        Path directory,
        Supplier<FormFiles> formFiles,
        UnaryOperator<@Nullable String> variables,
        Supplier<ApprovalStore> approvalStore,
        Supplier<Path> data) {

    /** Those of this process. */
    public static Surroundings ofThisProcess() {
        return new Surroundings(
                Path.of(""),
                FormFiles::ofThisMachine,
                System::getenv,
                ApprovalStore::ofUser,
                () -> InstallOptions.dataDirectory(System.getenv()));
    }

    public FormFiles files() {
        return formFiles.get();
    }

    public ApprovalStore approvals() {
        return approvalStore.get();
    }
}
