package io.drover.worker.hypervisor.libvirt.domain.destination;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainDisk;
import io.drover.worker.hypervisor.libvirt.domain.DomainDisk.Handling;
import io.drover.worker.hypervisor.libvirt.xml.XmlAttribute;
import io.drover.worker.hypervisor.libvirt.xml.XmlEdits;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Points disks to their images at the destination. */
final class DiskEdits {
    private final XmlEdits edits;
    private final HostMaps maps;
    private final List<String> problems;
    private final Map<Place, Holder> taken = new HashMap<>();

    DiskEdits(XmlEdits edits, HostMaps maps, List<String> problems) {
        this.edits = edits;
        this.maps = maps;
        this.problems = problems;
    }

    /**
     * An image at the destination.
     *
     * @param folder where it lies, or the name of its pool
     */
    private record Place(boolean inPool, String folder, String name) {
        boolean device() {
            return !inPool && DiskEdits.device(path());
        }

        String path() {
            return folder + "/" + name;
        }
    }

    /** Who reads or writes an image, and which one it is at the source. */
    private record Holder(String target, String source, boolean readOnly) {}

    void edit(XmlElement element, DomainDisk disk) {
        XmlElement source = element.child("source");
        if (source != null) {
            removeLabels(source);
        }
        Handling handling = disk.handling();
        if (handling == Handling.EMPTY || handling == Handling.STAYS) {
            return;
        }
        Place place = source == null ? null : place(element, source);
        if (source == null || place == null) {
            problems.add(unmapped(disk));
            return;
        }
        take(place, new Holder(disk.target(), written(element, source), handling == Handling.COPIED_READ_ONLY));
        point(element, source, place);
        XmlElement below = element.child("backingStore");
        if (below != null) {
            chain(below, disk.target());
        }
    }

    private void removeLabels(XmlElement source) {
        for (XmlElement label : source.children("seclabel")) {
            if (label.has("label")) {
                edits.remove(label);
            }
        }
    }

    /** Two may read one image, as two drives one medium; none may write what another one has. */
    private void take(Place place, Holder holder) {
        Holder other = taken.putIfAbsent(place, holder);
        if (other == null) {
            return;
        }
        boolean shared = other.readOnly() && holder.readOnly() && other.source().equals(holder.source());
        if (!shared) {
            problems.add("disks " + Shown.text(other.target()) + " and " + Shown.text(holder.target()) + ": "
                    + HostMaps.POOLS + " of the destination maps images of both to " + Shown.text(place.path()));
        }
    }

    /** Where a disk, or an image below it, goes; null: not covered. */
    private @Nullable Place place(XmlElement element, XmlElement source) {
        String type = element.value("type", "");
        if (type.equals("volume")) {
            String volume = source.value("volume", "");
            String to = maps.pool(source.value("pool", ""));
            if (to == null || volume.isEmpty()) {
                return null;
            }
            if (!to.startsWith("/")) {
                return new Place(true, to, volume);
            }
            boolean plain = volume.indexOf('/') < 0 && !HostMaps.hasDots(volume);
            return plain ? new Place(false, to.equals("/") ? "" : to, volume) : null;
        }
        String path = source.value(attribute(type), "");
        String to = maps.image(path);
        if (to == null) {
            return null;
        }
        int cut = to.lastIndexOf('/');
        return new Place(false, to.substring(0, cut), to.substring(cut + 1));
    }

    private void point(XmlElement element, XmlElement source, Place place) {
        String type = element.value("type", "");
        XmlAttribute pool = source.attribute("pool");
        if (place.inPool()) {
            if (pool != null) {
                edits.setValue(pool, place.folder());
            }
            return;
        }
        XmlAttribute written = source.attribute(attribute(type));
        if (written == null || written.value().equals(place.path())) {
            return;
        }
        // A file on a device node, as some have it, stays what it is.
        boolean changes = type.equals("volume") || device(written.value()) != place.device();
        String becomes = changes ? (place.device() ? "block" : "file") : type;
        XmlAttribute typed = element.attribute("type");
        if (typed != null) {
            edits.setValue(typed, becomes);
        }
        if (becomes.equals(type)) {
            edits.setValue(written, place.path());
        } else {
            edits.substitute(written, attribute(becomes), place.path());
        }
        if (pool != null) {
            edits.remove(pool);
        }
    }

    /** The images below, one within the other; the innermost element is empty. */
    private void chain(XmlElement backing, String target) {
        if (covered(backing)) {
            for (XmlElement one = backing; one != null; one = one.child("backingStore")) {
                XmlElement source = one.child("source");
                Place place = source == null || onTheNetwork(one) ? null : place(one, source);
                if (source != null && place != null) {
                    removeLabels(source);
                    take(place, new Holder(target, written(one, source), true));
                    point(one, source, place);
                }
            }
        } else {
            edits.remove(backing);
        }
    }

    private boolean covered(XmlElement backing) {
        for (XmlElement one = backing; one != null; one = one.child("backingStore")) {
            XmlElement source = one.child("source");
            if (source != null && !onTheNetwork(one) && place(one, source) == null) {
                return false;
            }
        }
        return true;
    }

    private static String written(XmlElement element, XmlElement source) {
        return source.value("pool", "") + ":" + source.value(attribute(element.value("type", "")), "");
    }

    private static boolean onTheNetwork(XmlElement element) {
        return element.value("type", "").equals("network");
    }

    private static boolean device(String path) {
        return path.startsWith("/dev/") && !path.startsWith("/dev/shm/");
    }

    /** In which a source of a type stands. */
    private static String attribute(String type) {
        return switch (type) {
            case "file" -> "file";
            case "block" -> "dev";
            case "volume" -> "volume";
            default -> "";
        };
    }

    private static String unmapped(DomainDisk disk) {
        String name = "disk " + Shown.text(disk.target()) + ": ";
        if (HostMaps.hasDots(disk.source().shown())) {
            return name + Shown.text(disk.source().shown()) + " has parts . or .., which no map covers";
        }
        return switch (disk.source().kind()) {
            case FILE, BLOCK, VOLUME ->
                name + HostMaps.POOLS + " of the destination says nothing of "
                        + Shown.text(disk.source().shown()) + "; add from=to to it"
                        + (disk.removable() ? ", or eject the medium" : "");
            case DIR, NETWORK, NVME, VHOSTUSER, UNKNOWN, NONE -> name + "has no source that can be at the destination";
        };
    }
}
