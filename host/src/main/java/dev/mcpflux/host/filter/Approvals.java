package dev.mcpflux.host.filter;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.transport.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answers that hold for more than one call, kept for each caller; bounded, the least recently used one is forgotten first.
 * An answer holds for the tool as it was when somebody was asked: if its server describes it otherwise, it counts as another
 * tool. Thread-safe.
 */
final class Approvals {

    private static final int MAX_CALLERS = 1_000;

    private final PerCaller<Remembered> callers;

    Approvals(int max) {
        this.callers = new PerCaller<>(MAX_CALLERS, () -> new Remembered(max));
    }

    /**
     * What an answer holds for.
     *
     * @param arguments the hash of the arguments; empty for any
     */
    private record Key(String method, String server, String subject, String arguments) {}

    private record Answer(Approval approval, @Nullable CatalogueTool tool) {}

    /** The answers to one caller. */
    private static final class Remembered {
        private final int max;
        // guarded by this
        private final Map<Key, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

        Remembered(int max) {
            this.max = max;
        }

        synchronized @Nullable Approval find(Key key, @Nullable CatalogueTool tool) {
            Answer answer = answers.get(key);
            if (answer == null) {
                return null;
            }
            if (!Objects.equals(answer.tool(), tool)) {
                answers.remove(key);
                return null;
            }
            return answer.approval();
        }

        synchronized void put(Key key, Answer answer) {
            answers.put(key, answer);
            if (answers.size() > max) {
                answers.remove(answers.keySet().iterator().next());
            }
        }
    }

    /** The answer that holds for a question, or null if it has to be asked. */
    @Nullable
    Approval find(ApprovalQuestion question) {
        Remembered remembered = callers.find(question.caller());
        if (remembered == null) {
            return null;
        }
        Approval forTool = remembered.find(key(question, ""), question.tool());
        return forTool != null ? forTool : remembered.find(key(question, hash(question.arguments())), question.tool());
    }

    /** Keeps an answer, if it holds for more than one call. */
    void keep(ApprovalQuestion question, Approval approval) {
        if (approval.scope() != Approval.Scope.ONCE) {
            String arguments = approval.scope() == Approval.Scope.TOOL ? "" : hash(question.arguments());
            Caller caller = question.caller();
            callers.get(caller).put(key(question, arguments), new Answer(approval, question.tool()));
        }
    }

    private static String hash(JsonNode arguments) {
        return CanonicalJson.hash(arguments);
    }

    private static Key key(ApprovalQuestion question, String arguments) {
        HostCall call = question.call();
        return new Key(call.method(), call.server(), call.subject(), arguments);
    }
}
