package io.drover.cli.doctor.host;

import io.drover.cli.api.ApiClient;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.HostPort;
import io.drover.messages.text.FileProblem;
import io.drover.scheduler.http.HttpSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/** The port of a scheduler's API: to be had, or served by a scheduler already. */
public record ApiPortCheck(HttpSettings http) implements DoctorCheck {
    @Override
    public String name() {
        return "port";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        String shown = "http.address and http.port, " + address() + ": ";
        try (var socket = new ServerSocket()) {
            // A socket of the same address that is only about to go is not in the way of the scheduler either.
            socket.setReuseAddress(true);
            socket.bind(http.address());
            return List.of(Finding.ok(shown + "free for the scheduler"));
        } catch (BindException e) {
            return List.of(FileProblem.told(e).contains("in use") ? served(shown) : unfit(shown, e));
        } catch (IOException e) {
            return List.of(unfit(shown, e));
        }
    }

    private static Finding unfit(String shown, IOException e) {
        return Finding.fail(shown + FileProblem.told(e), "name an address of this host, and a free port above 1023");
    }

    private Finding served(String shown) throws InterruptedException {
        if (http.tls() != null) {
            return Finding.ok(shown + "in use, by the scheduler where it runs");
        }
        try (var client = new ApiClient(URI.create("http://" + address()))) {
            var _ = client.health();
            return Finding.ok(shown + "a scheduler answers");
        } catch (CommandException e) {
            return e.exitCode() == ExitCode.REFUSED
                    ? Finding.ok(shown + "a scheduler answers, and asks for a token")
                    : Finding.fail(shown + "in use by another program", "end it, or choose another port: ss -ltnp");
        }
    }

    private String address() {
        return new HostPort(
                        http.address().getAddress().getHostAddress(),
                        http.address().getPort())
                .toString();
    }
}
