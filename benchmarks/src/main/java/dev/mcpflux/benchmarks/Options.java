package dev.mcpflux.benchmarks;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param rows which cases, or empty for all
 * @param repetitions how often each is run with each client; the median counts
 * @param warmUpMillis in each JVM, before it measures
 * @param millis for how long it measures
 * @param javaServer whether to talk to the Java server even if there is a compiler
 * @param out where the table goes beside standard output
 */
record Options(
        Set<String> rows,
        Set<Contender> contenders,
        int repetitions,
        int warmUpMillis,
        int millis,
        boolean full,
        boolean javaServer,
        @Nullable Path out) {

    static final String USAGE = """
            java -jar benchmarks.jar [--quick | --full] [--rows a,b] [--clients a,b] [--reps N] [--millis N] [--warm-up N]
                                     [--server java] [--out FILE]
            java -jar benchmarks.jar jmh [arguments of JMH]
              rows:    %s
              clients: %s
            """;

    static Options parse(String[] args) {
        Set<String> rows = Set.of();
        Set<Contender> contenders = EnumSet.allOf(Contender.class);
        int repetitions = 5;
        int warmUp = 3_000;
        int time = 3_000;
        boolean ownWarmUp = false;
        boolean full = false;
        boolean javaServer = false;
        Path out = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> {
                    repetitions = 3;
                    warmUp = 2_000;
                    time = 1_000;
                }
                case "--full" -> full = true;
                case "--rows" -> rows = Set.copyOf(list(args, ++i));
                case "--clients" ->
                    contenders = list(args, ++i).stream()
                            .map(name -> Contender.valueOf(name.toUpperCase(Locale.ROOT)))
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Contender.class)));
                case "--millis" -> {
                    time = Integer.parseInt(value(args, ++i));
                    warmUp = ownWarmUp ? warmUp : time;
                }
                case "--warm-up" -> {
                    warmUp = Integer.parseInt(value(args, ++i));
                    ownWarmUp = true;
                }
                case "--reps" -> repetitions = Integer.parseInt(value(args, ++i));
                case "--server" -> javaServer = value(args, ++i).equals("java");
                case "--out" -> out = Path.of(value(args, ++i));
                default -> throw new IllegalArgumentException("what is '" + args[i] + "'?");
            }
        }
        Set<String> unknown = rows.stream()
                .filter(row -> Case.ALL.stream().noneMatch(c -> c.id().equals(row)))
                .collect(Collectors.toSet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there are no rows " + unknown);
        }
        return new Options(rows, contenders, repetitions, warmUp, time, full, javaServer, out);
    }

    private static Set<String> list(String[] args, int i) {
        return Stream.of(value(args, i).split(",", -1)).collect(Collectors.toSet());
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    static String usage() {
        return USAGE.formatted(
                Case.ALL.stream().map(Case::id).collect(Collectors.joining(",")),
                Stream.of(Contender.values()).map(Contender::id).collect(Collectors.joining(",")));
    }

    /** The same without clients that are not there, which it says on standard error. */
    Options without(Predicate<Contender> absent) {
        Set<Contender> present = EnumSet.copyOf(contenders);
        for (Contender contender : contenders) {
            if (absent.test(contender)) {
                present.remove(contender);
                System.err.println(contender.id() + " is left out: 'npm ci' in benchmarks/node installs it");
            }
        }
        return new Options(rows, present, repetitions, warmUpMillis, millis, full, javaServer, out);
    }

    Options withJavaServer(boolean value) {
        return new Options(rows, contenders, repetitions, warmUpMillis, millis, full, value, out);
    }

    boolean wants(Case row) {
        if (javaServer && (row.processes() > 10 || row.http())) {
            return false; // each would be a JVM; and that one speaks stdio only
        }
        return rows.isEmpty() ? full || !row.fullOnly() : rows.contains(row.id());
    }
}
