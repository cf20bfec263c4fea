package io.drover.worker.sim.host;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.FileDigest;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.sim.control.SimDatabase;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A host's images folder. Names and owners are durable at once, content after a sync. */
public final class SimImages implements ImageStore {
    private final SimWorld world;
    private final SimHost host;
    private final SimDatabase database;
    private final SimFaults faults;
    private final BooleanSupplier life;

    public SimImages(SimFleet fleet, SimHost host) {
        this.world = fleet.world();
        this.host = host;
        this.database = fleet.database();
        this.faults = fleet.faults();
        this.life = host.thisLife();
    }

    @Override
    public long freeBytes() {
        world.step();
        return host.imagesFreeBytes;
    }

    @Override
    public boolean exists(String image) {
        world.step();
        return host.images.containsKey(image);
    }

    @Override
    public boolean isDevice(String image) {
        return false;
    }

    @Override
    public long size(String image) throws IOException {
        return find(image).size();
    }

    @Override
    public long allocatedBytes(String image) throws IOException {
        return (long) find(image).allocated().cardinality() * SimImage.BLOCK;
    }

    @Override
    public long requireMovable(ImageFile image) throws IOException {
        if (!exists(image.name())) {
            throw new InvalidImageException("image " + image.name() + " does not exist");
        }
        if (find(image.name()).readOnly) {
            throw new InvalidImageException("image " + image.name() + " is read-only");
        }
        return size(image.name());
    }

    SimImage find(String image) throws IOException {
        world.step();
        SimImage found = host.images.get(image);
        if (found == null) {
            throw new IOException("no image " + image);
        }
        return found;
    }

    @Override
    public long diskSize(ImageFile image) throws IOException {
        return size(image.name());
    }

    @Override
    public ImageReader open(ImageFile image) throws IOException {
        return openDirect(image.name());
    }

    @Override
    public TargetImage create(ImageFile file, long size, MigrationId migration) throws IOException {
        String image = file.name();
        world.step();
        SimImage there = host.images.get(image);
        if (there != null && !migration.equals(there.arriving)) {
            throw new IOException("another image stands at " + image);
        }
        if (there == null) {
            refuseFull();
            there = new SimImage(size, migration);
            host.images.put(image, there);
        }
        if (there.locked()) {
            throw new IOException(image + " is locked");
        }
        there.lock();
        world.step();
        return new OpenImage(there);
    }

    @Override
    public boolean arriving(String image, MigrationId migration) {
        world.step();
        SimImage there = host.images.get(image);
        return there != null && migration.equals(there.arriving);
    }

    @Override
    public void discard(String image, MigrationId migration) {
        world.step();
        SimImage there = host.images.get(image);
        if (there != null && migration.equals(there.arriving)) {
            if (host.processes.values().stream().anyMatch(process -> process.holds(there))) {
                throw world.violation(host + " deletes " + image + " under a process");
            }
            host.images.remove(image);
            host.maps.remove(image + ".pulling-" + migration);
        }
        world.step();
    }

    @Override
    public void adopt(String image, MigrationId migration) throws IOException {
        SimImage there = find(image);
        if (migration.equals(there.arriving)) {
            there.arriving = null;
        }
        world.step();
    }

    @Override
    public void retire(String image, MigrationId migration) throws IOException {
        world.step();
        MigrationState state = database.state(migration);
        if (state != MigrationState.FINISHING && state != MigrationState.COMPLETED) {
            throw world.violation("the source is retired while the migration is " + state);
        }
        if (host.imagesClosed != null) {
            throw new IOException(host.imagesClosed);
        }
        String retired = image + ".retired-" + migration;
        SimImage there = host.images.get(image);
        if (there != null && !host.images.containsKey(retired)) {
            there.readOnly = true;
            host.images.put(retired, there);
            host.images.remove(image);
        } else if (there == null && !host.images.containsKey(retired)) {
            throw new IOException("no image " + image);
        }
        world.step();
    }

    @Override
    public ImageReader openDirect(String image) throws IOException {
        SimImage found = find(image);
        return new ImageReader() {
            @Override
            public long size() {
                return found.size();
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                world.step();
                for (int block = (int) (offset / SimImage.BLOCK); into.hasRemaining(); block++) {
                    into.put(found.bytes(block));
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FileDigest digest(String image) {
        throw new UnsupportedOperationException("images are raw here");
    }

    @Override
    public long takeBase(BasePart part) {
        throw new UnsupportedOperationException("images are raw here");
    }

    @Override
    public SourceImage openSource(String name) throws IOException {
        SimImage image = find(name);
        if (image.locked() || host.processes.values().stream().anyMatch(process -> process.holds(image))) {
            throw new IOException(name + " is in use");
        }
        image.lock();
        return new SimSource(world, host, image);
    }

    @Override
    public List<String> list() {
        world.step();
        return List.copyOf(host.images.keySet());
    }

    private void refuseFull() throws IOException {
        if (host.imagesFull) {
            world.count("no space left for a block");
            throw new IOException("no space left on device");
        }
    }

    /** A worker's write. */
    void put(SimImage image, int block, long value) throws IOException {
        if (host.processes.values().stream().anyMatch(process -> process.opens(image) && process.running())) {
            throw world.violation("a worker writes the disk of a running guest on " + host);
        }
        if (image.block(block) == 0 && value != 0) {
            refuseFull();
        }
        image.write(block, value);
    }

    /** A worker's fdatasync. */
    void sync(SimImage image) throws IOException {
        if (world.chance(faults.syncFails())) {
            world.count("a sync failed");
            world.note("%s: a sync fails".formatted(host));
            image.failSync();
            throw new IOException("fdatasync: input/output error");
        }
        if (!host.lies) {
            image.sync();
        }
    }

    /** An image open for writing. */
    private final class OpenImage implements TargetImage {
        private final SimImage image;
        private boolean open = true;
        private @Nullable IOException lostWrites;

        OpenImage(SimImage image) {
            this.image = image;
        }

        @Override
        public void write(long offset, ByteBuffer content) throws IOException {
            refuseClosed();
            put(image, (int) (offset / SimImage.BLOCK), content.getLong(content.position()));
        }

        @Override
        public void zero(long offset, long length) throws IOException {
            refuseClosed();
            for (long at = offset; at < offset + length; at += SimImage.BLOCK) {
                put(image, (int) (at / SimImage.BLOCK), 0);
            }
        }

        private void refuseClosed() throws IOException {
            if (!open || !life.getAsBoolean()) {
                throw new IOException("the image is closed");
            }
        }

        @Override
        public void sync() throws IOException {
            world.step();
            refuseClosed();
            if (lostWrites != null) {
                throw new IOException("writes were lost before", lostWrites);
            }
            try {
                SimImages.this.sync(image);
            } catch (IOException e) {
                lostWrites = e;
                throw e;
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                if (life.getAsBoolean()) {
                    image.unlock();
                }
            }
            world.step();
        }
    }
}
