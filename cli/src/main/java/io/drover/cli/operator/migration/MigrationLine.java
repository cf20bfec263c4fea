package io.drover.cli.operator.migration;

import io.drover.cli.terminal.Units;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.TroubleDocument;
import java.time.Duration;
import java.time.ZoneId;
import java.util.StringJoiner;

/** A migration in one line. */
public final class MigrationLine {
    private MigrationLine() {}

    /** State, round, bytes done of bytes to do, rate, time to finish; what is not known yet is left out. */
    public static String progress(MigrationSummary view) {
        var line = new StringJoiner("  ");
        line.add(view.vmName()).add(state(view));
        if (view.bytesTotal() > 0) {
            line.add("round " + view.round());
            line.add(bytes(view));
        }
        if (!over(view) && view.bytesPerSecond() > 0) {
            line.add(Units.rate(Math.round(view.bytesPerSecond())));
        }
        if (!over(view) && view.dirtyBytesPerSecond() >= 1) {
            line.add("guest dirties " + Units.rate(Math.round(view.dirtyBytesPerSecond())));
        }
        if (!over(view) && view.timeToFinish() != null) {
            line.add(left(view) + " left");
        }
        return line.toString();
    }

    /** Of what is over nothing is left to be done, whatever the last report of its progress was. */
    private static String bytes(MigrationSummary view) {
        String done = Units.bytes(view.bytesDone());
        return over(view)
                ? done
                : done + " of " + Units.bytes(view.bytesTotal()) + ", "
                        + Units.percent(view.bytesDone(), view.bytesTotal());
    }

    /** Why it is tried again, and since when; empty: nothing is in the way. */
    static String trouble(MigrationSummary view, ZoneId zone) {
        TroubleDocument trouble = view.trouble();
        return trouble == null
                ? ""
                : "tried again, since " + Units.moment(trouble.since(), zone) + " for: " + trouble.reason();
    }

    /** A range: from the least to the most, or open when the guest dirties about as much as the link carries. */
    static String left(MigrationSummary view) {
        Duration least = view.timeToFinish();
        Duration most = view.timeToFinishMost();
        if (least == null) {
            return "";
        }
        if (most == null) {
            return Units.duration(least) + " or more";
        }
        String from = Units.duration(least);
        String to = Units.duration(most);
        return from.equals(to) ? from : from + " to " + to;
    }

    /** How it ended, in one sentence. */
    public static String outcome(MigrationSummary view) {
        MigrationTask task = view.task();
        String why = view.reason() == null ? "" : ": " + view.reason();
        return switch (view.state()) {
            case COMPLETED ->
                "%s moved from %s to %s in %s".formatted(view.vmName(), task.source(), task.destination(), took(view));
            case ROLLED_BACK, CANCELLED, REJECTED ->
                "%s stays on %s, %s%s"
                        .formatted(
                                view.vmName(),
                                task.source(),
                                view.state().wireName().replace('_', ' '),
                                why);
            case STRANDED -> view.vmName() + " is stranded, a person must look" + why;
            case QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING, PULLING, FINISHING, ROLLING_BACK ->
                view.vmName() + " is " + state(view);
        };
    }

    static String state(MigrationSummary view) {
        String state = view.state().wireName().replace('_', ' ');
        return view.cancelRequested() && !over(view) ? state + " (cancel requested)" : state;
    }

    static String took(MigrationSummary view) {
        return view.endedAt() == null ? "" : Units.duration(Duration.between(view.createdAt(), view.endedAt()));
    }

    /** Nothing more will happen by itself. */
    public static boolean over(MigrationSummary view) {
        return view.state().terminal() || view.state() == MigrationState.STRANDED;
    }
}
