package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.RequestMeta;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

class WireRecorderTest {

    @Test
    void onlyTheOwnerReadsARecording(@TempDir Path temporary) throws Exception {
        assumeThat(temporary.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path directory = temporary.resolve("a").resolve("b");

        OutputStream file = WireRecorder.forOwnerOnly(directory, "x.jsonl");
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("x.jsonl"))).isEqualTo("rw-------");
        file.close();
    }

    /** An open connection of a recorded transport. */
    private static Connection recorded(WireRecorder recorder, TestStream stream) {
        Transport transport = new Transport() {
            @Override
            public String name() {
                return "srv";
            }

            @Override
            public Connection connection() {
                return Multiplexer.over("srv", events -> stream);
            }
        };
        Connection connection = recorder.recording(transport).connection();
        connection.open().block();
        return connection;
    }

    /** The recorded lines: the link without the name of the run, the direction and the message. */
    private static List<String> lines(WireRecorder recorder, Path directory) throws IOException {
        recorder.flush();
        try (var files = Files.list(directory)) {
            Path file = files.findFirst().orElseThrow();
            String run = file.getFileName().toString().replace(".jsonl", "");
            return Files.readAllLines(file).stream()
                    .map(line -> line.replace(run + "-", "").replace('"', '\''))
                    .toList();
        }
    }

    @Test
    void recordsSentAndReceivedMessagesUnchanged(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        TestStream stream = new TestStream();
        Connection connection = recorded(recorder, stream);
        RequestSpec call = RequestSpec.of(
                        "tools/call", RequestEffect.MAY_ACT, new CallToolParams("t", null, null), CallToolResult.class)
                .withMeta((id, context) -> new RequestMeta(id));

        connection.exchange(call).subscribe();
        stream.sends.get(0).complete();
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[],\"unknown\":1}}");
        connection
                .notify(new JsonRpcMessage.Notification("notifications/initialized", null))
                .subscribe();
        stream.emit("[{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}]");
        stream.emit("no JSON");
        connection
                .reply(new JsonRpcMessage.Success(RequestId.of(9), new EmptyResult()))
                .subscribe();
        Disposable cancelled = connection.exchange(call).subscribe();
        stream.sends.get(3).complete();
        cancelled.dispose();

        assertThat(lines(recorder, directory))
                .containsExactly(
                        "{'link':'1','server':'srv','direction':'sent','message':{'jsonrpc':'2.0','id':1,"
                                + "'method':'tools/call','params':{'name':'t','_meta':{'progressToken':1}}}}",
                        "{'link':'1','server':'srv','direction':'received','message':{'jsonrpc':'2.0','id':1,"
                                + "'result':{'content':[],'unknown':1}}}",
                        "{'link':'1','server':'srv','direction':'sent','message':{'jsonrpc':'2.0',"
                                + "'method':'notifications/initialized'}}",
                        "{'link':'1','server':'srv','direction':'received','message':{'jsonrpc':'2.0','id':9,"
                                + "'method':'ping'}}",
                        "{'link':'1','server':'srv','direction':'sent','message':{'jsonrpc':'2.0','id':9,'result':{}}}",
                        "{'link':'1','server':'srv','direction':'sent','message':{'jsonrpc':'2.0','id':2,"
                                + "'method':'tools/call','params':{'name':'t','_meta':{'progressToken':2}}}}",
                        "{'link':'1','server':'srv','direction':'sent','message':{'jsonrpc':'2.0',"
                                + "'method':'notifications/cancelled','params':{'requestId':2}}}");
    }

    @Test
    void eachConnectionIsItsOwnLink(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        for (int i = 0; i < 2; i++) {
            TestStream stream = new TestStream();
            recorded(recorder, stream);
            stream.emit("{}");
        }
        assertThat(lines(recorder, directory))
                .containsExactly(
                        "{'link':'1','server':'srv','direction':'received','message':{}}",
                        "{'link':'2','server':'srv','direction':'received','message':{}}");
    }

    @Test
    void recordingIsOffByDefault() {
        assumeThat(System.getProperty(WireRecorder.PROPERTY, "")).isEmpty();
        Transport transport = new Transport() {
            @Override
            public String name() {
                return "srv";
            }

            @Override
            public Connection connection() {
                throw new UnsupportedOperationException();
            }
        };
        assertThat(WireRecorder.recorded(transport)).isSameAs(transport);
    }

    @Test
    void recordingsContainNoConfiguredSecret(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        TestStream stream = new TestStream();
        stream.mask = text -> text.replace("s3cr3t-1", "${T}");
        recorded(recorder, stream);

        stream.emit("{\"id\":1,\"error\":{\"data\":[\"s3cr3t-1\"]}}");

        assertThat(lines(recorder, directory))
                .containsExactly("{'link':'1','server':'srv','direction':'received',"
                        + "'message':{'id':1,'error':{'data':['${T}']}}}");
    }

    @Test
    void unpairedSurrogateIsRecordedOnce(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        TestStream stream = new TestStream();
        recorded(recorder, stream);

        for (int i = 0; i < 2; i++) {
            stream.emit("{\"method\":\"\\ud800\"}");
            recorder.flush();
        }

        assertThat(lines(recorder, directory))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).endsWith("'message':{'method':'?'}}"));
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
