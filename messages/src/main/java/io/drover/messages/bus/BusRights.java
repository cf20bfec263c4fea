package io.drover.messages.bus;

import io.drover.messages.HostId;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may say what on the bus, by what the broker vouches for. The permissions that go with it are in
 * docs/operating/broker.md.
 *
 * @param checked false: everybody may say everything
 * @param commanders users whose tasks and requests are taken, wherever they publish them
 * @param hostUsers the user of a host's worker, {@code {host}} standing for the host's name
 */
public record BusRights(boolean checked, Set<String> commanders, String hostUsers) {
    private static final String HOST = "{host}";
    private static final String CHECKED = "checked";
    private static final String UNCHECKED = "unchecked-insecure";
    private static final String SCHEDULERS = "drover-scheduler";
    private static final String HOST_USERS = "drover-host-" + HOST;

    /** With the default users. */
    public static final BusRights DEFAULT = new BusRights(true, Set.of(SCHEDULERS), HOST_USERS);

    public BusRights {
        commanders = Set.copyOf(commanders);
    }

    /** Reads the keys {@code rabbit.senders}, {@code rabbit.commanders}, {@code rabbit.host-users}. */
    public static BusRights read(Settings settings) throws ConfigException {
        boolean checked = settings.choice("rabbit.senders", CHECKED, Set.of(CHECKED, UNCHECKED))
                .equals(CHECKED);
        Set<String> commanders = Arrays.stream(
                        settings.text("rabbit.commanders", SCHEDULERS).split(",", -1))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
        String hostUsers = settings.text("rabbit.host-users", HOST_USERS);
        if (commanders.contains("")) {
            throw new ConfigException("rabbit.commanders: a name is empty; users are separated by commas");
        }
        if (!hostUsers.contains(HOST)) {
            throw new ConfigException("rabbit.host-users: '" + hostUsers + "' has no " + HOST
                    + ", so one host could speak for another; with one user for all set rabbit.senders = " + UNCHECKED);
        }
        return new BusRights(checked, commanders, hostUsers);
    }

    /** The user as whom a host's worker publishes. */
    public String hostUser(HostId host) {
        return hostUsers.replace(HOST, host.value());
    }

    /** Whether tasks and requests of this sender are taken. Only controllers may write to their exchange. */
    public boolean mayCommand(Sender sender) {
        return !checked
                || sender.exchange().equals(Routing.CONTROLLERS_EXCHANGE)
                || (sender.user() != null && commanders.contains(sender.user()));
    }

    /** Whether what this sender tells of the host is believed. */
    public boolean mayReport(Sender sender, HostId host) {
        return !checked || hostUser(host).equals(sender.user());
    }
}
