package io.drover.schema.worker;

/**
 * What tells one worker of a host from another that has its name and its credentials.
 *
 * @param machineId of the operating system's installation, or a word that says that there is none
 * @param bootId another one after each boot of the VM's kernel
 * @param stateFolder its real path and what else tells it from a copy of it
 * @param address where the worker listens for peers, for people
 */
public record WorkerIdentity(String machineId, String bootId, String stateFolder, String address) {}
