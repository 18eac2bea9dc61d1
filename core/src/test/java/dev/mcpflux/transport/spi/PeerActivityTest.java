package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerActivityTest {

    private final PeerActivity activity = new PeerActivity(text -> text.replace("s3cr3t", "${TOKEN}"));

    private void unmatched(String id) {
        activity.received();
        activity.unmatched(id);
    }

    @Test
    void silenceIsReported() {
        assertThat(activity.since(activity.mark())).containsExactly("it sent nothing");
    }

    @Test
    void otherMessagesAreCounted() {
        long mark = activity.mark();
        activity.received();
        assertThat(activity.since(mark)).containsExactly("it sent 1 other message");
        activity.received();
        assertThat(activity.since(mark)).containsExactly("it sent 2 other messages");
    }

    @Test
    void unmatchedResponsesAreReportedOnceEach() {
        long mark = activity.mark();
        unmatched("0");
        unmatched("0");
        activity.received();
        activity.undecodable(false, "not JSON", "{\"n\":NaN}");

        assertThat(activity.since(mark))
                .containsExactly(
                        "it answered with id 0, which no pending request has",
                        "it wrote a line that is not JSON: {\"n\":NaN}");
    }

    @Test
    void activityBeforeMarkIsNotReported() {
        unmatched("0");

        assertThat(activity.since(activity.mark())).containsExactly("it sent nothing");
    }

    @Test
    void previewsAreSafeShortAndMasked() {
        long mark = activity.mark();
        activity.received();
        activity.undecodable(false, "not JSON", "\u001b[2Js3cr3t" + "x".repeat(1000));

        assertThat(activity.since(mark).get(0))
                .contains("\\u001b[2J${TOKEN}xxx")
                .doesNotContain("s3cr3t", "\u001b")
                .hasSizeLessThan(200);
    }

    @Test
    void irregularitiesAreBounded() {
        long mark = activity.mark();
        for (int i = 0; i < 1000; i++) {
            unmatched("id-" + i);
        }

        assertThat(activity.since(mark)).hasSize(3);
    }
}
