package io.drover.scheduler.http;

import java.util.List;

/** Routes that belong together. */
public sealed interface RouteGroup permits BalancerRoutes, FleetRoutes, TokenRoutes {
    List<Route> all();
}
