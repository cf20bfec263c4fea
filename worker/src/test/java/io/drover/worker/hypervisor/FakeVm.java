package io.drover.worker.hypervisor;

import io.drover.messages.VmId;
import java.io.IOException;

/** A VM of memory and nothing else. */
public class FakeVm implements VmInstance {
    final FakeProcess process;

    FakeVm(FakeProcess process) {
        this.process = process;
    }

    public void use(VmUsage now) {
        process.usage = now;
    }

    /** The guest does not power off when it is asked to. */
    public void deaf(Runnable whenAsked) {
        process.deaf = whenAsked;
    }

    public void die() {
        process.die();
    }

    @Override
    public VmId vm() {
        return process.vm();
    }

    @Override
    public VmStatus status() throws IOException {
        return process.command().status();
    }

    @Override
    public MemoryTransfer memory() throws IOException {
        return new MemoryTransfer(process.command().phase(), 0, 0, 0, "");
    }

    @Override
    public String memorySocket() {
        return "/memory/" + vm();
    }

    @Override
    public void resume() throws IOException {
        process.command().resume();
    }

    @Override
    public void powerDown() throws IOException {
        process.command().powerOff();
    }

    @Override
    public VmUsage usage() throws IOException {
        return process.command().usage;
    }

    @Override
    public void quit() {
        process.die();
    }

    @Override
    public void close() {}
}
