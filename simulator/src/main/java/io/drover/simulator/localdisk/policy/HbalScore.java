package io.drover.simulator.localdisk.policy;

/** hbal's score, kept as sums over the nodes so that a move is tried in a moment. */
final class HbalScore {
    /** Of free memory, free disk, virtual to real processors, processor load. */
    private static final double[] WEIGHTS = {0.5, 0.5, 0.5, 1};

    private final Sketch sketch;
    private final FleetView fleet;
    private final double[] sums = new double[WEIGHTS.length];
    private final double[] squares = new double[WEIGHTS.length];

    HbalScore(Sketch sketch) {
        this.sketch = sketch;
        this.fleet = sketch.fleet();
        for (int host = 0; host < fleet.hosts(); host++) {
            for (int part = 0; part < WEIGHTS.length; part++) {
                double value = value(part, host);
                sums[part] += value;
                squares[part] += value * value;
            }
        }
    }

    private double value(int part, int host) {
        return switch (part) {
            case 0 -> sketch.memoryUse(host);
            case 1 -> sketch.diskUse(host);
            case 2 -> sketch.coresPerMips(host) * fleet.hostCore(host);
            default -> sketch.cpuUse(host);
        };
    }

    private double share(int part, int vm, int host) {
        return switch (part) {
            case 0 -> (double) fleet.vmMemory(vm) / fleet.hostMemory(host);
            case 1 -> (double) fleet.vmDisk(vm) / fleet.hostDisk(host);
            case 2 -> fleet.vmCores(vm) * fleet.hostCore(host) / fleet.hostCpu(host);
            default -> sketch.load(vm) / fleet.hostCpu(host);
        };
    }

    double value() {
        double score = 0;
        for (int part = 0; part < WEIGHTS.length; part++) {
            score += WEIGHTS[part] * deviation(sums[part], squares[part]);
        }
        return score;
    }

    /** With a VM on another host. */
    double with(int vm, int to) {
        double score = 0;
        for (int part = 0; part < WEIGHTS.length; part++) {
            score += WEIGHTS[part]
                    * deviation(sums[part] + sumChange(part, vm, to), squares[part] + squareChange(part, vm, to));
        }
        return score;
    }

    /** To be called before the sketch moves it. */
    void move(int vm, int to) {
        for (int part = 0; part < WEIGHTS.length; part++) {
            double square = squareChange(part, vm, to);
            sums[part] += sumChange(part, vm, to);
            squares[part] += square;
        }
    }

    private double sumChange(int part, int vm, int to) {
        return share(part, vm, to) - share(part, vm, sketch.place(vm));
    }

    private double squareChange(int part, int vm, int to) {
        int from = sketch.place(vm);
        double left = value(part, from) - share(part, vm, from);
        double joined = value(part, to) + share(part, vm, to);
        return left * left
                - value(part, from) * value(part, from)
                + joined * joined
                - value(part, to) * value(part, to);
    }

    private double deviation(double sum, double square) {
        double mean = sum / fleet.hosts();
        return Math.sqrt(Math.max(0, square / fleet.hosts() - mean * mean));
    }
}
