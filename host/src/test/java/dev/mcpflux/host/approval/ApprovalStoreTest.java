package dev.mcpflux.host.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.config.ServerDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Where approvals are kept, and what makes them void. */
class ApprovalStoreTest {

    private static final String ENTRY = "{\"command\": \"sh\", \"args\": [\"server.sh\"], \"cwd\": \".\"}";

    private Path directory;
    private Project project;

    @BeforeEach
    void directory(@TempDir Path temporary) {
        directory = temporary;
        project = new Project(temporary);
    }

    private Path kept() throws IOException {
        try (var files = Files.list(project.store.directory())) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void decisionsAreRemembered() {
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.NEW);
        ProjectApproval approval = project.approval();

        approval.approve(project.review(ENTRY)).block(Project.LIMIT);
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.APPROVED);
        assertThat(approval.decided().collectList().block(Project.LIMIT)).containsExactly("a");
        approval.deny(project.review(ENTRY)).block(Project.LIMIT);
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.DENIED);
        assertThat(approval.forget("a").block(Project.LIMIT)).isTrue();
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.NEW);
        assertThat(approval.forget("a").block(Project.LIMIT)).isFalse();
    }

    @Test
    void deniedEntryThatChangesIsAskedAbout() {
        project.approval().deny(project.review(ENTRY)).block(Project.LIMIT);

        assertThat(project.review(ENTRY.replace("server.sh", "other.sh")).status())
                .isEqualTo(Status.CHANGED);
    }

    /** What was shown is approved, not what the file says by then. */
    @Test
    void approvalIsOfWhatWasReviewed() {
        EntryReview shown = project.review(ENTRY);
        project.write("server.sh", "echo evil");

        project.approval().approve(shown).block(Project.LIMIT);

        assertThat(project.review(ENTRY).status()).isEqualTo(Status.CHANGED);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerCanReadIt() throws IOException {
        project.approve(ENTRY);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(project.store.directory())))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw----rw-"})
    @DisabledOnOs(OS.WINDOWS)
    void whatOthersCanWriteApprovesNothing(String permissions) throws IOException {
        project.approve(ENTRY);
        Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString(permissions));

        EntryReview review = project.review(ENTRY);

        assertThat(review.status()).isEqualTo(Status.NEW);
        assertThat(review.notes()).singleElement().asString().contains("others can write", "chmod go-w");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void directoryThatOthersCanWriteApprovesNothing() throws IOException {
        project.approve(ENTRY);
        Files.setPosixFilePermissions(project.store.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(project.review(ENTRY).status()).isEqualTo(Status.NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"version\":1}", "{\"version\":2,\"servers\":{}}", "null"})
    void damagedFileApprovesNothing(String text) throws IOException {
        project.approve(ENTRY);
        Files.writeString(kept(), text);

        EntryReview review = project.review(ENTRY);
        assertThat(review.status()).isEqualTo(Status.NEW);
        assertThat(review.notes()).singleElement().asString().startsWith("nothing is approved, because ");

        project.approval().approve(review).block(Project.LIMIT);
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.APPROVED);
    }

    @Test
    void fileOfAnotherProjectApprovesNothing() throws IOException {
        project.approve(ENTRY);
        Files.writeString(kept(), Files.readString(kept()).replace("/project/", "/other/"));

        assertThat(project.review(ENTRY).status()).isEqualTo(Status.NEW);
    }

    @Test
    void tooLargeFileApprovesNothing() throws IOException {
        project.approve(ENTRY);
        Files.writeString(kept(), Files.readString(kept()) + " ".repeat(1024 * 1024));

        assertThat(project.review(ENTRY).notes()).singleElement().asString().contains("it is larger than");
    }

    @Test
    void linkToAProjectIsTheSameProject() throws IOException {
        project.approve(ENTRY);
        Path link = Files.createSymbolicLink(directory.resolve("link"), project.root);

        ServerDefinition same = dev.mcpflux.host.HostConfig.load(link.resolve("mcp.json"))
                .servers()
                .get(0);
        ProjectApproval approval = ProjectApproval.of(link.resolve("mcp.json"), project.store);

        assertThat(approval.review(same).map(EntryReview::status).block(Project.LIMIT))
                .isEqualTo(Status.APPROVED);
        assertThat(approval.covers(project.file)).isTrue();
        assertThat(approval.covers(directory.resolve("other.json"))).isFalse();
    }

    @Test
    void movedProjectAsksAgain() throws IOException {
        project.approve(ENTRY);
        Path moved = Files.move(project.root, directory.resolve("moved")).resolve("mcp.json");

        ServerDefinition same =
                dev.mcpflux.host.HostConfig.load(moved).servers().get(0);

        assertThat(ProjectApproval.of(moved, project.store)
                        .review(same)
                        .map(EntryReview::status)
                        .block(Project.LIMIT))
                .isEqualTo(Status.NEW);
    }

    @Test
    void projectCannotApproveItself() {
        ApprovalStore inside = ApprovalStore.in(project.root.resolve("state"));
        ProjectApproval approval = ProjectApproval.of(project.file, inside);
        EntryReview review = project.review(ENTRY);

        assertThatThrownBy(() -> approval.approve(review).block(Project.LIMIT))
                .hasMessageContaining("it belongs to the project");
        assertThat(inside.directory()).doesNotExist();
    }

    @Test
    void threadsLoseNothing() {
        List<String> names = names("t", 24);
        Flux.fromIterable(names)
                .flatMap(name -> approve(project, name).subscribeOn(Schedulers.boundedElastic()), 8)
                .blockLast(Project.LIMIT);

        assertThat(project.approval().decided().collectList().block(Project.LIMIT))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void processesLoseNothing() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (String name : List.of("p", "q")) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            directory.toString(),
                            name)
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
        }

        List<String> names = names("p", 20);
        names.addAll(names("q", 20));
        assertThat(project.approval().decided().collectList().block(Project.LIMIT))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    private static List<String> names(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
        }
        return names;
    }

    private static reactor.core.publisher.Mono<Void> approve(Project project, String name) {
        ProjectApproval approval = project.approval();
        return approval.review(ServerDefinition.stdio(name, "sh", name)).flatMap(approval::approve);
    }

    /** Another process that approves servers. */
    static final class Writer {
        public static void main(String[] args) {
            Project project = new Project(Path.of(args[0]));
            names(args[1], 20).forEach(name -> approve(project, name).block(Project.LIMIT));
        }
    }

    @Test
    void oldestFilesAreForgotten() throws IOException {
        project.approve(ENTRY);
        for (int i = 0; i < 1005; i++) {
            Path old = Files.writeString(project.store.directory().resolve("x" + i + ".json"), "");
            Files.setLastModifiedTime(old, java.nio.file.attribute.FileTime.fromMillis(1000L * i));
        }

        project.approve(ENTRY);

        try (var files = Files.list(project.store.directory())) {
            assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(1000);
        }
        assertThat(project.review(ENTRY).status()).isEqualTo(Status.APPROVED);
        assertThat(project.store.directory().resolve("x5.json")).doesNotExist();
    }

    @Test
    void placeOfTheUserDependsOnTheSystem() {
        Path home = directory.resolve("me");
        Map<String, String> named = Map.of(
                "XDG_STATE_HOME",
                "/var/state",
                "LOCALAPPDATA",
                directory.resolve("local").toString());

        assertThat(ApprovalStore.ofUser("Linux", home, name -> null))
                .isEqualTo(home.resolve(".local/state/mcpflux/approvals"));
        assertThat(ApprovalStore.ofUser("Linux", home, named::get)).isEqualTo(Path.of("/var/state/mcpflux/approvals"));
        assertThat(ApprovalStore.ofUser("Linux", home, name -> "relative"))
                .isEqualTo(home.resolve(".local/state/mcpflux/approvals"));
        assertThat(ApprovalStore.ofUser("Mac OS X", home, named::get))
                .isEqualTo(home.resolve("Library/Application Support/mcpflux/approvals"));
        assertThat(ApprovalStore.ofUser("Windows 11", home, named::get))
                .isEqualTo(directory.resolve("local/mcpflux/approvals"));
    }

    @Test
    void configurationOfTheUserNeedsNoApproval() {
        Path home = directory.resolve("me");
        Path xdg = directory.resolve("xdg");

        assertThat(List.of("mcp.json", ".cursor/mcp.json", ".config/a/mcp.json", ".claude.json"))
                .allMatch(file -> ProjectFolder.isOfUser(home.resolve(file), home, xdg));
        assertThat(ProjectFolder.isOfUser(xdg.resolve("a/mcp.json"), home, xdg)).isTrue();
        assertThat(List.of("work/mcp.json", "work/.cursor/mcp.json", ".cache/clone/mcp.json"))
                .noneMatch(file -> ProjectFolder.isOfUser(home.resolve(file), home, xdg));
        assertThat(ProjectFolder.isOfUser(Path.of("/mcp.json"), home, null)).isFalse();
    }
}
