package io.drover.scheduler.balancing.search;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks an answer against the problem, from nothing but both. */
final class Feasible {
    private Feasible() {}

    static void check(PlacementProblem problem, Assignment answer) {
        long cost = 0;
        double[][] used = new double[problem.targets()][problem.dimensions()];
        double[][] relieved = new double[problem.groups()][problem.needs()];
        boolean[] touched = new boolean[problem.groups()];
        for (int item = 0; item < problem.items(); item++) {
            int target = answer.targets()[item];
            if (target == Assignment.STAYS) {
                continue;
            }
            assertThat(problem.cost(item, target)).isNotEqualTo(PlacementProblem.FORBIDDEN);
            cost += problem.cost(item, target);
            touched[problem.group(item)] = true;
            for (int d = 0; d < problem.dimensions(); d++) {
                used[target][d] += problem.weight(item, target, d);
                assertThat(used[target][d]).isLessThanOrEqualTo(problem.room(target, d) + 1e-6);
            }
            for (int n = 0; n < problem.needs(); n++) {
                relieved[problem.group(item)][n] += problem.relief(item, n);
            }
            apart(problem, answer, item);
        }
        assertThat(answer.cost()).isEqualTo(cost);
        int uncovered = 0;
        for (int group = 0; group < problem.groups(); group++) {
            boolean covered = true;
            for (int n = 0; n < problem.needs(); n++) {
                covered &= relieved[group][n] >= problem.need(group, n) - 1e-6;
            }
            assertThat(covered || !touched[group]).isTrue();
            uncovered += covered ? 0 : 1;
        }
        assertThat(answer.uncovered()).isEqualTo(uncovered);
    }

    private static void apart(PlacementProblem problem, Assignment answer, int item) {
        for (int other = 0; other < item; other++) {
            if (answer.targets()[other] == answer.targets()[item]) {
                for (int number : problem.apart(other)) {
                    assertThat(problem.apart(item)).doesNotContain(number);
                }
            }
        }
    }
}
