package io.drover.worker.libvirt.xdr;

/** Reads one value of a type. */
@FunctionalInterface
public interface XdrItem<T> {
    T read(XdrReader from) throws XdrException;
}
