package io.drover.bench.lab;

import io.drover.demo.DemoFolders;
import io.drover.demo.SchedulerApi;
import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.testbed.guest.Guests;

/** All that a run needs: two hosts with a link, folders, the fleet's API and the factory of guests. */
public record Lab(DemoFolders folders, HostNetwork network, LinkCut cut, SchedulerApi api, Guests guests, Clock clock) {
    public static final HostId SOURCE = new HostId("a");
    public static final HostId DESTINATION = new HostId("b");
}
