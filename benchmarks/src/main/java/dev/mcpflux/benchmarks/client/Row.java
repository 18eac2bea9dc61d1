package dev.mcpflux.benchmarks.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** What is done in one JVM, with one client. Each prints what it has measured, {@code #name=number} a line. */
enum Row {
    /** One call after the other, each waited for. */
    SEQUENTIAL {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = setting.connect()) {
                Sequence sequence = new Sequence(client);
                sequence.run(setting.warmUp());
                Usage before = Usage.now();
                sequence.run(setting.time());
                Usage after = Usage.now();
                long[] nanos = sequence.sorted();
                print("p50_us", nanos[nanos.length / 2] / 1e3);
                print("p99_us", nanos[(int) (nanos.length * 0.99)] / 1e3);
                cost(before, after, nanos.length);
            }
        }
    },
    /** So many calls under way at a time. */
    IN_FLIGHT {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = setting.connect()) {
                Call[] calls = Call.small();
                client.pump(calls, setting.warmUp(), setting.number());
                Usage before = Usage.now();
                Tally tally = client.pump(calls, setting.time(), setting.number());
                rate(before, Usage.now(), tally);
                print("rss_mb", Usage.residentKilobytes() / 1024.0);
            }
        }
    },
    /** So many threads, each of which waits for its answer. */
    THREADS {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = setting.connect()) {
                Call[] calls = Call.small();
                Threads.run(client, calls, setting.warmUp(), setting.number());
                Usage before = Usage.now();
                Tally tally = Threads.run(client, calls, setting.time(), setting.number());
                rate(before, Usage.now(), tally);
            }
        }
    },
    /** Results of so many bytes, one after the other. */
    LARGE {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = setting.connect()) {
                Call call = Call.large(setting.number());
                repeat(client, call, setting.warmUp());
                Usage before = Usage.now();
                long start = System.nanoTime();
                long count = repeat(client, call, setting.time());
                long nanos = System.nanoTime() - start;
                Usage after = Usage.now();
                print("mb_per_s", count * (double) setting.number() / 1e6 / (nanos / 1e9));
                cost(before, after, count);
            }
        }

        private static long repeat(Client client, Call call, Duration time) throws Exception {
            long deadline = System.nanoTime() + time.toNanos();
            long count = 0;
            do {
                call.check(client.call(call));
                count++;
            } while (System.nanoTime() - deadline < 0);
            return count;
        }
    },
    /** Launch and handshake, list, and close, again and again in a warm JVM. */
    CONNECT {
        @Override
        void run(Setting setting) throws Exception {
            connects(setting, setting.warmUp());
            List<long[]> times = connects(setting, setting.time());
            print("connect_ms", median(times, 0));
            print("list_ms", median(times, 1));
            print("close_ms", median(times, 2));
        }

        // the nanoseconds until connected and until listed, and those of closing
        private static List<long[]> connects(Setting setting, Duration time) throws Exception {
            long deadline = System.nanoTime() + time.toNanos();
            List<long[]> times = new ArrayList<>();
            do {
                long start = System.nanoTime();
                Client client = setting.connect();
                long connected = System.nanoTime();
                int tools = client.listTools();
                long listed = System.nanoTime();
                client.close();
                times.add(new long[] {connected - start, listed - start, System.nanoTime() - listed});
                if (tools != 1) {
                    throw new Call.WrongAnswerException(tools + " tools instead of one");
                }
            } while (System.nanoTime() - deadline < 0);
            return times;
        }

        private static double median(List<long[]> times, int which) {
            long[] sorted =
                    times.stream().mapToLong(each -> each[which]).sorted().toArray();
            return sorted[sorted.length / 2] / 1e6;
        }
    },
    /** So many sessions at once: opened, idle, closed. */
    SESSIONS {
        @Override
        void run(Setting setting) throws Exception {
            Client.Connector connector = setting.connector();
            connector
                    .connectAll(setting.server(), Math.min(20, setting.number()))
                    .close();
            Usage.heapUsed();
            long residentBefore = Usage.residentKilobytes();
            long start = System.nanoTime();
            AutoCloseable all = connector.connectAll(setting.server(), setting.number());
            try {
                print("open_ms", (System.nanoTime() - start) / 1e6);
                // what is measured is idleness: threads that come and go with the traffic have gone by then
                Thread.sleep(6_000);
                print("threads", (double) Usage.threads());
                long resident = Usage.residentKilobytes();
                print("rss_kb", resident / (double) setting.number());
                print("rss_growth_kb", (resident - residentBefore) / (double) setting.number());
            } finally {
                start = System.nanoTime();
                all.close();
            }
            print("close_ms", (System.nanoTime() - start) / 1e6);
        }
    },
    /** One host with so many servers, called in turn. */
    SERVERS {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = new FluxHost(setting.server(), setting.number())) {
                Sequence sequence = new Sequence(client);
                sequence.run(setting.warmUp());
                Usage before = Usage.now();
                sequence.run(setting.time());
                Usage after = Usage.now();
                long[] nanos = sequence.sorted();
                print("p50_us", nanos[nanos.length / 2] / 1e3);
                cost(before, after, nanos.length);
                client.pump(Call.small(), setting.warmUp(), 256);
                before = Usage.now();
                Tally tally = client.pump(Call.small(), setting.time(), 256);
                rate(before, Usage.now(), tally);
            }
        }
    },
    /** So many calls under way at a time, in one host with ten servers. */
    MANY_IN_FLIGHT {
        @Override
        void run(Setting setting) throws Exception {
            try (Client client = new FluxHost(setting.server(), 10)) {
                Call[] calls = Call.small();
                client.pump(calls, setting.warmUp(), setting.number());
                Usage before = Usage.now();
                Tally tally = client.pump(calls, setting.time(), setting.number());
                rate(before, Usage.now(), tally);
            }
        }
    },
    /** Calls over HTTP with a configured header, and with a token of a source that has it, in turn. */
    AUTHORIZED {
        @Override
        void run(Setting setting) throws Exception {
            try (FluxSession header = FluxSession.withHeader(setting.server());
                    FluxSession token = FluxSession.withToken(setting.server())) {
                long end = System.nanoTime() + setting.warmUp().toNanos();
                while (System.nanoTime() - end < 0) {
                    round(header);
                    round(token);
                }
                List<double[]> headers = new ArrayList<>();
                List<double[]> tokens = new ArrayList<>();
                end = System.nanoTime() + setting.time().toNanos();
                while (System.nanoTime() - end < 0) {
                    headers.add(round(header));
                    tokens.add(round(token));
                }
                print("header_p50_us", median(headers, 0));
                print("token_p50_us", median(tokens, 0));
                print("header_bytes", median(headers, 1));
                print("token_bytes", median(tokens, 1));
                print("time_ratio", median(tokens, 0) / median(headers, 0));
                print("bytes_ratio", median(tokens, 1) / median(headers, 1));
            }
        }

        /** The median time of a call in µs, and its bytes. */
        private static double[] round(FluxSession client) {
            Call[] calls = Call.small();
            long[] nanos = new long[calls.length];
            long before = Usage.now().allocatedBytes();
            for (int i = 0; i < calls.length; i++) {
                long start = System.nanoTime();
                calls[i].check(client.call(calls[i]));
                nanos[i] = System.nanoTime() - start;
            }
            double bytes = (Usage.now().allocatedBytes() - before) / (double) calls.length;
            Arrays.sort(nanos);
            return new double[] {nanos[nanos.length / 2] / 1e3, bytes};
        }

        private static double median(List<double[]> rounds, int which) {
            double[] sorted =
                    rounds.stream().mapToDouble(each -> each[which]).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    },
    /** One server with so many tools: read, read again, looked up, kept. */
    CATALOGUE {
        @Override
        void run(Setting setting) throws Exception {
            List<String> server = setting.server();
            // the first reading of a cold JVM is the class loader's
            try (FluxHost small = new FluxHost(server.subList(0, server.size() - 2), 1)) {
                small.listTools();
            }
            try (FluxHost client = new FluxHost(server, 1)) {
                long heapBefore = Usage.heapUsed();
                long start = System.nanoTime();
                int tools = client.listTools();
                print("list_ms", (System.nanoTime() - start) / 1e6);
                if (tools != setting.number()) {
                    throw new Call.WrongAnswerException(tools + " tools instead of " + setting.number());
                }
                start = System.nanoTime();
                client.listTools();
                print("again_ms", (System.nanoTime() - start) / 1e6);
                print("qualified_us", lookUp(setting, "bench0__", client));
                print("bare_us", lookUp(setting, "", client));
                print("heap_bytes_per_tool", (Usage.heapUsed() - heapBefore) / (double) tools);
            }
        }

        private static double lookUp(Setting setting, String prefix, FluxHost client) {
            Random random = new Random(1);
            Supplier<String> names = () -> prefix + "tool_" + (1 + random.nextInt(setting.number() - 1));
            lookUps(names, client, setting.warmUp());
            return lookUps(names, client, setting.time());
        }

        private static double lookUps(Supplier<String> names, FluxHost client, Duration time) {
            long start = System.nanoTime();
            long count = 0;
            do {
                String name = names.get();
                // who measures waits, as everywhere here
                String found =
                        client.host().tool(name).map(tool -> tool.tool().name()).block();
                if (found == null || !name.endsWith(found)) {
                    throw new Call.WrongAnswerException("asked for " + name + " and got " + found);
                }
                count++;
            } while (System.nanoTime() - start - time.toNanos() < 0);
            return (System.nanoTime() - start) / 1e3 / count;
        }
    };

    /**
     * How a row is run.
     *
     * @param number what the row counts: calls in flight, threads, bytes, sessions, servers, tools
     */
    record Setting(Client.Connector connector, List<String> server, Duration warmUp, Duration time, int number) {
        Client connect() throws Exception {
            return connector.connect(server);
        }
    }

    abstract void run(Setting setting) throws Exception;

    private static void rate(Usage before, Usage after, Tally tally) {
        print("calls_per_s", tally.answered() / (tally.nanos() / 1e9));
        print("failed_percent", 100.0 * tally.failed() / Math.max(1, tally.failed() + tally.answered()));
        cost(before, after, tally.answered());
    }

    private static void cost(Usage before, Usage after, long calls) {
        print("cpu_s_per_100k", (after.cpuNanos() - before.cpuNanos()) / 1e9 * 1e5 / calls);
        print("bytes_per_call", (after.allocatedBytes() - before.allocatedBytes()) / (double) calls);
        if (after.contextSwitches() >= 0) {
            print("switches_per_call", (after.contextSwitches() - before.contextSwitches()) / (double) calls);
        }
    }

    private static void print(String name, double value) {
        System.out.println("#" + name + "=" + value);
    }

    /** Calls one after the other; allocates nothing while it runs. */
    private static final class Sequence {
        private final Client client;
        private final Call[] calls = Call.small();
        private final long[] nanos = new long[4_000_000];
        private int count;

        Sequence(Client client) {
            this.client = client;
        }

        void run(Duration time) throws Exception {
            count = 0;
            long start = System.nanoTime();
            long deadline = start + time.toNanos();
            while (start - deadline < 0 && count < nanos.length) {
                Call call = calls[count & (calls.length - 1)];
                call.check(client.call(call));
                long end = System.nanoTime();
                nanos[count++] = end - start;
                start = end;
            }
        }

        /** The times of the calls of the last run. */
        long[] sorted() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
