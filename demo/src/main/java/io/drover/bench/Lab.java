package io.drover.bench;

import io.drover.demo.DemoFolders;
import io.drover.demo.SchedulerApi;
import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.testbed.guest.Guests;

/** All that a run needs: two hosts with a link, folders, the fleet's API and the factory of guests. */
record Lab(DemoFolders folders, HostNetwork network, LinkCut cut, SchedulerApi api, Guests guests, Clock clock) {
    static final HostId SOURCE = new HostId("a");
    static final HostId DESTINATION = new HostId("b");
}
