package io.drover.worker.sim.host;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.PulledDisks;
import io.drover.worker.replication.Extent;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimBlockMap.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A host's pulled disks: the rules of {@code PulledImage}, which is tested by seeds of its own, in a simulated world.
 */
public final class SimPulledDisks implements PulledDisks {
    private final SimWorld world;
    private final SimHost host;
    private final SimImages images;
    private final BooleanSupplier life;

    public SimPulledDisks(SimWorld world, SimHost host, SimImages images) {
        this.world = world;
        this.host = host;
        this.images = images;
        this.life = host.thisLife();
    }

    private static String key(String image, MigrationId migration) {
        return image + ".pulling-" + migration;
    }

    @Override
    public PulledDisk create(String image, long size, MigrationId migration) throws IOException {
        images.create(ImageFile.raw(image), size, migration).close();
        host.maps.put(key(image, migration), new SimBlockMap(host.boots()));
        world.step();
        return opened(image, migration);
    }

    @Override
    public PulledDisk open(String image, long size, MigrationId migration) throws IOException {
        return opened(image, migration);
    }

    /**
     * Without a step, as all that is called under the caller's monitor: others would wait for it, and the world for
     * them.
     */
    private Pulled opened(String name, MigrationId migration) throws IOException {
        SimImage image = host.images.get(name);
        if (image == null) {
            throw new IOException("no image " + name);
        }
        SimBlockMap map = map(name, migration);
        boolean written =
                host.processes.values().stream().anyMatch(process -> process.running() && process.opens(image));
        if (written || image.locked()) {
            throw new IOException(name + " is in use");
        }
        map.opened(host.boots());
        image.lock();
        return new Pulled(name, image, map);
    }

    private SimBlockMap map(String image, MigrationId migration) throws IOException {
        SimBlockMap map = host.maps.get(key(image, migration));
        if (map == null) {
            throw new IOException("no block map of " + image);
        }
        return map;
    }

    @Override
    public boolean isComplete(String image, long size, MigrationId migration) {
        SimBlockMap map = host.maps.get(key(image, migration));
        return map == null || map.phase == Phase.COMPLETE;
    }

    @Override
    public void forget(String image, MigrationId migration) {
        world.step();
        host.maps.remove(key(image, migration));
    }

    /** One disk, open in one life of a worker. */
    public final class Pulled implements PulledDisk, TargetImage, SimProcess.OnDemand {
        private final String name;
        private final SimImage image;
        private final SimBlockMap map;
        private final BitSet asked = new BitSet();
        private boolean fenced = true;
        private boolean closed;
        private @Nullable IntConsumer fetcher;
        private @Nullable String socket;

        Pulled(String name, SimImage image, SimBlockMap map) {
            this.name = name;
            this.image = image;
            this.map = map;
        }

        private boolean open() {
            return !closed && life.getAsBoolean();
        }

        private void refuseClosed() throws IOException {
            if (!open()) {
                throw new IOException(name + ": closed");
            }
        }

        @Override
        public TargetImage image() {
            return this;
        }

        @Override
        public boolean pulling() {
            return map.phase == Phase.PULLING;
        }

        @Override
        public void leaveBehind(List<Extent> extents) throws IOException {
            world.step();
            refuseClosed();
            if (map.phase != Phase.FILLING) {
                throw new IOException(name + ": the VM may have run, nothing it has is old");
            }
            extents.forEach(extent -> map.live.clear(first(extent.offset()), end(extent.end())));
        }

        @Override
        public void beginPulling() throws IOException {
            sync();
            if (map.phase == Phase.FILLING) {
                map.phase = Phase.PULLING;
                world.count("a disk is pulled");
            }
            world.step();
        }

        @Override
        public List<Extent> missing(long offset, int max) {
            var missing = new ArrayList<Extent>();
            for (int from = map.live.nextClearBit(first(offset)); from < image.count() && missing.size() < max; ) {
                int next = map.live.nextSetBit(from);
                int to = next < 0 ? image.count() : next;
                long at = (long) from * SimImage.BLOCK;
                missing.add(new Extent(at, Math.min((long) to * SimImage.BLOCK, image.size()) - at));
                from = map.live.nextClearBit(to);
            }
            return missing;
        }

        @Override
        public long missingBytes() {
            return missing(0, Integer.MAX_VALUE).stream()
                    .mapToLong(Extent::length)
                    .sum();
        }

        @Override
        public boolean complete() throws IOException {
            world.step();
            if (map.phase == Phase.COMPLETE) {
                return true;
            }
            if (map.phase != Phase.PULLING || missingBytes() > 0) {
                return false;
            }
            sync();
            map.phase = Phase.COMPLETE;
            world.step();
            return true;
        }

        @Override
        public void serve(String at, String export) throws IOException {
            refuseClosed();
            socket = at;
            host.servers.put(at, this);
            world.step();
        }

        @Override
        public void handOver() {
            dropFence();
        }

        private void dropFence() {
            if (fenced) {
                fenced = false;
                image.unlock();
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                if (life.getAsBoolean()) {
                    dropFence();
                }
                if (socket != null) {
                    host.servers.remove(socket, this);
                }
            }
        }

        // --- from the source -------------------------------------------------------------------------------------

        @Override
        public void write(long offset, ByteBuffer content) throws IOException {
            fill(first(offset), content.getLong(content.position()));
        }

        @Override
        public void zero(long offset, long length) throws IOException {
            for (int block = first(offset); block < end(offset + length); block++) {
                fill(block, 0);
            }
        }

        private void fill(int block, long value) throws IOException {
            refuseClosed();
            if (map.phase == Phase.FILLING || !map.live.get(block)) {
                images.put(image, block, value);
                map.live.set(block);
            }
        }

        @Override
        public void sync() throws IOException {
            world.step();
            refuseClosed();
            syncNow();
            world.step();
        }

        /** What was lost once stays lost until the power goes. */
        private void syncNow() throws IOException {
            if (map.lostWrites) {
                throw new IOException(name + ": writes were lost before");
            }
            map.lostWrites = true;
            images.sync(image);
            map.lostWrites = false;
            map.durable = (BitSet) map.live.clone();
        }

        /** Replaces an earlier one and is asked for all that is waited for. */
        public void fetchBy(IntConsumer by) {
            fetcher = by;
            BitSet again = (BitSet) asked.clone();
            asked.clear();
            again.stream().forEach(this::want);
        }

        // --- from the guest --------------------------------------------------------------------------------------

        @Override
        public boolean answers() {
            return open();
        }

        @Override
        public boolean present(int block) {
            return map.live.get(block);
        }

        @Override
        public void want(int block) {
            if (open() && !map.live.get(block) && !asked.get(block)) {
                asked.set(block);
                if (fetcher != null) {
                    fetcher.accept(block);
                    world.count("a block asked for by the guest");
                }
            }
        }

        @Override
        public void guestWrites(int block, long value) {
            image.write(block, value);
            map.live.set(block);
        }

        @Override
        public boolean guestFlushes() {
            if (!open()) {
                return false;
            }
            try {
                syncNow();
                return true;
            } catch (IOException e) {
                return false; // the guest is told
            }
        }

        /** As if they had never come. */
        public void lose(long offset, long length) {
            map.live.clear(first(offset), end(offset + length));
        }

        private int first(long offset) {
            return (int) (offset / SimImage.BLOCK);
        }

        private int end(long offset) {
            return (int) Math.min(image.count(), (offset + SimImage.BLOCK - 1) / SimImage.BLOCK);
        }
    }
}
