package dev.mcpflux.benchmarks;

import java.util.List;
import java.util.Set;

/**
 * One thing that is run in a JVM of its own, and the lines of the table that it fills.
 *
 * @param id its name on the command line
 * @param row what the driver calls it
 * @param number what the row counts, see {@code Row}
 * @param cores which cores client and server may use
 * @param contenders the clients that it can be run with
 * @param serverArguments what the server is started with
 * @param defaultHeap whether the JVM decides how large its heap may be
 */
record Case(
        String id,
        String row,
        int number,
        Cores cores,
        Set<Contender> contenders,
        List<String> serverArguments,
        boolean defaultHeap,
        boolean fullOnly,
        List<Line> lines) {

    private static final String HTTP = "--http";
    private static final Set<Contender> EVERYONE = Set.of(Contender.values());
    /** Who is written for the edges: starting, connecting, warming up. */
    private static final Set<Contender> EDGES = Set.of(
            Contender.ASYNC,
            Contender.SESSION,
            Contender.HOST,
            Contender.LANGCHAIN4J,
            Contender.SDK,
            Contender.TYPESCRIPT);

    private static final Set<Contender> CONCURRENT =
            Set.of(Contender.ASYNC, Contender.SESSION, Contender.HOST, Contender.SDK, Contender.LANGCHAIN4J);
    private static final Set<Contender> HOST = Set.of(Contender.HOST);

    static final List<Case> ALL = List.of(
            of(
                    "sequential",
                    "SEQUENTIAL",
                    0,
                    new Line("sequential call, p50, µs", "p50_us", 1),
                    new Line("sequential call, p99, µs", "p99_us", 1),
                    new Line("sequential: client CPU s per 100 k calls", "cpu_s_per_100k", 2),
                    new Line("sequential: heap bytes per call", "bytes_per_call", 0),
                    new Line("sequential: voluntary context switches of the client per call", "switches_per_call", 2)),
            new Case(
                    "pinned",
                    "SEQUENTIAL",
                    0,
                    Cores.SHARED,
                    EVERYONE,
                    List.of(),
                    false,
                    false,
                    List.of(
                            new Line("client and server pinned to one core: p50, µs", "p50_us", 1),
                            new Line("pinned: client CPU s per 100 k calls", "cpu_s_per_100k", 2),
                            new Line(
                                    "pinned: voluntary context switches of the client per call",
                                    "switches_per_call",
                                    2))),
            of("flight16", "IN_FLIGHT", 16, new Line("calls/s, 16 in flight", "calls_per_s", 0)),
            of(
                    "flight256",
                    "IN_FLIGHT",
                    256,
                    new Line("calls/s, 256 in flight", "calls_per_s", 0),
                    new Line("256 in flight: client CPU s per 100 k calls", "cpu_s_per_100k", 2)),
            new Case(
                    "threads16",
                    "THREADS",
                    16,
                    Cores.ALL,
                    CONCURRENT,
                    List.of(),
                    false,
                    false,
                    List.of(
                            new Line("calls/s, 16 caller threads that wait", "calls_per_s", 0),
                            new Line("16 caller threads: calls that failed, %", "failed_percent", 1))),
            of("large1", "LARGE", 1 << 20, new Line("results of 1 MiB, MB/s", "mb_per_s", 0)),
            of("large10", "LARGE", 10 << 20, new Line("results of 10 MiB, MB/s", "mb_per_s", 0)),
            of("start", "FIRST_RESULT", 0, new Line("process start to first result, ms", "start_ms", 0)),
            of(
                    "connect",
                    "CONNECT",
                    0,
                    new Line("warm: connect, handshake, ms", "connect_ms", 2),
                    new Line("warm: connect, handshake, list, ms", "list_ms", 2),
                    new Line("warm: close, ms", "close_ms", 2)),
            of(
                    "sessions",
                    "SESSIONS",
                    100,
                    new Line("100 sessions: open all, ms", "open_ms", 0),
                    new Line("100 sessions: close all, ms", "close_ms", 0),
                    new Line("100 sessions, idle: threads of the process", "threads", 0),
                    new Line("100 sessions, idle: RSS of the process, kB for each", "rss_kb", 0),
                    new Line("100 sessions, idle: what it grew by, kB for each", "rss_growth_kb", 0)),
            http(
                    "http",
                    "SEQUENTIAL",
                    0,
                    new Line("HTTP: sequential call, p50, µs", "p50_us", 1),
                    new Line("HTTP: sequential call, p99, µs", "p99_us", 1),
                    new Line("HTTP: client CPU s per 100 k calls", "cpu_s_per_100k", 2),
                    new Line("HTTP: heap bytes per call", "bytes_per_call", 0)),
            http(
                    "http16",
                    "IN_FLIGHT",
                    16,
                    new Line("HTTP: calls/s, 16 in flight", "calls_per_s", 0),
                    new Line("HTTP: 16 in flight: client CPU s per 100 k calls", "cpu_s_per_100k", 2)),
            http("http1m", "LARGE", 1 << 20, new Line("HTTP: results of 1 MiB, MB/s", "mb_per_s", 0)),
            new Case(
                    "oneCore",
                    "SEQUENTIAL",
                    0,
                    Cores.ONE_EACH,
                    EDGES,
                    List.of(),
                    false,
                    false,
                    List.of(new Line("one core for the client: sequential call, p50, µs", "p50_us", 1))),
            new Case(
                    "oneCore256",
                    "IN_FLIGHT",
                    256,
                    Cores.ONE_EACH,
                    EDGES,
                    List.of(),
                    false,
                    false,
                    List.of(new Line("one core for the client: calls/s, 256 in flight", "calls_per_s", 0))),
            new Case(
                    "memory",
                    "IN_FLIGHT",
                    256,
                    Cores.ALL,
                    EDGES,
                    List.of(),
                    true,
                    false,
                    List.of(
                            new Line("RSS after 256 in flight, default heap, MB", "rss_mb", 0),
                            new Line("the same: calls/s", "calls_per_s", 0))),
            http("httpConnect", "CONNECT", 0, new Line("HTTP, warm: connect, handshake, list, ms", "list_ms", 2)),
            new Case(
                    "authorized",
                    "AUTHORIZED",
                    0,
                    Cores.ALL,
                    HOST,
                    List.of(HTTP),
                    false,
                    false,
                    List.of(
                            new Line("HTTP with a configured header: sequential call, p50, µs", "header_p50_us", 1),
                            new Line("HTTP with a token of a source: sequential call, p50, µs", "token_p50_us", 1),
                            new Line("HTTP: token ÷ header, time", "time_ratio", 3),
                            new Line("HTTP with a configured header: heap bytes per call", "header_bytes", 0),
                            new Line("HTTP with a token of a source: heap bytes per call", "token_bytes", 0),
                            new Line("HTTP: token ÷ header, bytes", "bytes_ratio", 3))),
            servers(1, false),
            servers(10, false),
            servers(100, false),
            servers(300, true),
            new Case(
                    "flight100k",
                    "MANY_IN_FLIGHT",
                    100_000,
                    Cores.ALL,
                    HOST,
                    List.of(),
                    false,
                    false,
                    List.of(
                            new Line("10 servers: calls/s, 100,000 in flight in total", "calls_per_s", 0),
                            new Line("10 servers: calls that failed, %, 100,000 in flight", "failed_percent", 1),
                            new Line("10 servers: heap bytes per call, 100,000 in flight", "bytes_per_call", 0))),
            new Case(
                    "catalogue",
                    "CATALOGUE",
                    10_000,
                    Cores.ALL,
                    HOST,
                    List.of("--tools", "10000"),
                    false,
                    false,
                    List.of(
                            new Line("10,000 tools: read the list, ms", "list_ms", 1),
                            new Line("10,000 tools: list again, ms", "again_ms", 2),
                            new Line("10,000 tools: look up by qualified name, µs", "qualified_us", 2),
                            new Line("10,000 tools: look up by bare name, µs", "bare_us", 2),
                            new Line("10,000 tools: heap bytes each", "heap_bytes_per_tool", 0))));

    /** Which cores client and server may use. */
    enum Cores {
        ALL,
        /** Core 0 for both. */
        SHARED,
        /** Core 0 for the client, with its compiler and its collector, and core 1 for the server. */
        ONE_EACH
    }

    /**
     * One line of the table.
     *
     * @param metric what the driver calls it
     * @param decimals how many are shown
     */
    record Line(String title, String metric, int decimals) {}

    private static Case of(String id, String row, int number, Line... lines) {
        return new Case(id, row, number, Cores.ALL, EVERYONE, List.of(), false, false, List.of(lines));
    }

    private static Case http(String id, String row, int number, Line... lines) {
        return new Case(id, row, number, Cores.ALL, CONCURRENT, List.of(HTTP), false, false, List.of(lines));
    }

    private static Case servers(int count, boolean fullOnly) {
        String title = count == 1 ? "1 server" : count + " servers";
        return new Case(
                "servers" + count,
                "SERVERS",
                count,
                Cores.ALL,
                HOST,
                List.of(),
                false,
                fullOnly,
                List.of(
                        new Line(title + ": sequential call, p50, µs", "p50_us", 1),
                        new Line(title + ": calls/s, 256 in flight", "calls_per_s", 0),
                        new Line(title + ": heap bytes per call, 256 in flight", "bytes_per_call", 0)));
    }

    /** Whether the server is reached by HTTP. */
    boolean http() {
        return serverArguments.contains(HTTP);
    }

    /** How many servers run at a time. */
    int processes() {
        return row.equals("SESSIONS") || row.equals("SERVERS") ? number : row.equals("MANY_IN_FLIGHT") ? 10 : 1;
    }

    /** Whether there is a column to compare with. */
    boolean comparison() {
        return contenders.size() > 1;
    }
}
