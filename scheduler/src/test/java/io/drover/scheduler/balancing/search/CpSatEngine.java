package io.drover.scheduler.balancing.search;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import java.util.Arrays;

/** The optimum by OR-Tools' CP-SAT; the problem's weights, rooms, reliefs and needs must be whole numbers. */
final class CpSatEngine implements PlacementEngine {
    CpSatEngine() {
        Loader.loadNativeLibraries();
    }

    @Override
    public Assignment solve(PlacementProblem problem) {
        var model = new CpModel();
        var pairs = new BoolVar[problem.items()][problem.targets()];
        var covered = new BoolVar[problem.groups()];
        for (int group = 0; group < covered.length; group++) {
            covered[group] = model.newBoolVar("covered " + group);
        }
        LinearExprBuilder objective = LinearExpr.newBuilder();
        long penalty = 1;
        for (int item = 0; item < pairs.length; item++) {
            long dearest = 0;
            for (int target = 0; target < problem.targets(); target++) {
                pairs[item][target] = model.newBoolVar(item + " to " + target);
                long cost = problem.cost(item, target);
                if (cost == PlacementProblem.FORBIDDEN) {
                    model.addEquality(pairs[item][target], 0);
                } else {
                    objective.addTerm(pairs[item][target], cost);
                    dearest = Math.max(dearest, cost);
                }
            }
            penalty += dearest;
            // At most once, and only when its group is covered.
            model.addLessOrEqual(LinearExpr.sum(pairs[item]), covered[problem.group(item)]);
        }
        for (BoolVar group : covered) {
            objective.addTerm(group, -penalty);
        }
        needs(problem, model, pairs, covered);
        rooms(problem, model, pairs);
        apart(problem, model, pairs);
        model.minimize(objective);
        return answer(problem, model, pairs, covered);
    }

    private static void needs(PlacementProblem problem, CpModel model, BoolVar[][] pairs, BoolVar[] covered) {
        for (int group = 0; group < covered.length; group++) {
            for (int need = 0; need < problem.needs(); need++) {
                LinearExprBuilder relief = LinearExpr.newBuilder();
                for (int item = 0; item < pairs.length; item++) {
                    if (problem.group(item) == group) {
                        for (BoolVar pair : pairs[item]) {
                            relief.addTerm(pair, (long) problem.relief(item, need));
                        }
                    }
                }
                relief.addTerm(covered[group], -(long) problem.need(group, need));
                model.addGreaterOrEqual(relief, 0);
            }
        }
    }

    private static void rooms(PlacementProblem problem, CpModel model, BoolVar[][] pairs) {
        for (int target = 0; target < problem.targets(); target++) {
            for (int d = 0; d < problem.dimensions(); d++) {
                LinearExprBuilder used = LinearExpr.newBuilder();
                for (int item = 0; item < pairs.length; item++) {
                    used.addTerm(pairs[item][target], (long) problem.weight(item, target, d));
                }
                model.addLessOrEqual(used, (long) problem.room(target, d));
            }
        }
    }

    private static void apart(PlacementProblem problem, CpModel model, BoolVar[][] pairs) {
        for (int item = 0; item < pairs.length; item++) {
            for (int other = item + 1; other < pairs.length; other++) {
                int[] numbers = problem.apart(other);
                if (Arrays.stream(problem.apart(item))
                        .anyMatch(a -> Arrays.stream(numbers).anyMatch(b -> a == b))) {
                    for (int target = 0; target < problem.targets(); target++) {
                        model.addLessOrEqual(
                                LinearExpr.sum(new BoolVar[] {pairs[item][target], pairs[other][target]}), 1);
                    }
                }
            }
        }
    }

    private static Assignment answer(PlacementProblem problem, CpModel model, BoolVar[][] pairs, BoolVar[] covered) {
        var solver = new CpSolver();
        solver.getParameters().setNumWorkers(1).setRandomSeed(1).setMaxTimeInSeconds(60);
        CpSolverStatus status = solver.solve(model);
        if (status != CpSolverStatus.OPTIMAL) {
            throw new IllegalStateException("no optimum within a minute: " + status);
        }
        int[] targets = new int[pairs.length];
        Arrays.fill(targets, Assignment.STAYS);
        long cost = 0;
        for (int item = 0; item < pairs.length; item++) {
            for (int target = 0; target < problem.targets(); target++) {
                if (solver.booleanValue(pairs[item][target])) {
                    targets[item] = target;
                    cost += problem.cost(item, target);
                }
            }
        }
        int uncovered = (int) Arrays.stream(covered)
                .filter(group -> !solver.booleanValue(group))
                .count();
        return new Assignment(targets, cost, uncovered);
    }
}
