package io.drover.demo;

import io.drover.messages.HostId;

/**
 * One of the demo's hosts: an address of the loopback network, with a worker of its own.
 *
 * @param cpuCores what its VMs may use; small, since all hosts share one computer
 */
record DemoHost(HostId id, String address, double cpuCores) {}
