package io.drover.cli.api;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.InputFile;
import io.drover.messages.access.ApiToken;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the scheduler is, what to show it, and by whose word it is believed. Of each the first that is there: an option,
 * the environment, the person's file {@code ~/.config/drover/config}.
 *
 * @param token null: none is shown
 * @param authorities PEM; null: those of the Java that runs this
 */
public record SchedulerLogin(
        URI scheduler, @Nullable ApiToken token, @Nullable Path authorities) {
    private static final String DEFAULT = "http://127.0.0.1:7070";
    private static final String NONE = "none";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** What the file says; null where it says nothing. */
    private record OwnFile(
            @Nullable String scheduler,
            @Nullable String token,
            @Nullable Path authorities) {
        static final OwnFile NOTHING = new OwnFile(null, null, null);
    }

    /** {@code option}: what the command line says; null: nothing. */
    public static SchedulerLogin of(@Nullable String option, Map<String, String> environment) throws CommandException {
        OwnFile file = file(environment);
        String address = first(option, environment.get("DROVER_SCHEDULER"), file.scheduler());
        String ca = environment.get("DROVER_CA");
        var login = new SchedulerLogin(
                uri(address == null ? DEFAULT : address),
                token(environment, file),
                ca == null ? file.authorities() : Path.of(ca));
        if (login.token() != null && login.scheduler().getScheme().equals("http") && !login.isLocal()) {
            throw wrong(
                    "a token is not sent to " + login.scheduler() + ": everybody on the way would see it; use https");
        }
        return login;
    }

    boolean isEncrypted() {
        return scheduler.getScheme().equals("https");
    }

    private boolean isLocal() {
        String host = scheduler.getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }

    private static URI uri(String address) throws CommandException {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw wrong("--scheduler: '" + address + "' is not an address such as " + DEFAULT);
    }

    private static @Nullable ApiToken token(Map<String, String> environment, OwnFile file) throws CommandException {
        String given = environment.get("DROVER_TOKEN");
        if (given != null) {
            return token("DROVER_TOKEN", given);
        }
        String tokenFile = environment.get("DROVER_TOKEN_FILE");
        if (tokenFile != null) {
            Path path = Path.of(tokenFile);
            String text = InputFile.text(path);
            requirePrivate(path);
            return token(tokenFile, text);
        }
        String own = file.token();
        return own == null ? null : token("token", own);
    }

    private static ApiToken token(String from, String text) throws CommandException {
        try {
            return new ApiToken(text.strip());
        } catch (IllegalArgumentException e) {
            throw wrong(from + " " + e.getMessage());
        }
    }

    private static OwnFile file(Map<String, String> environment) throws CommandException {
        String base = environment.get("XDG_CONFIG_HOME");
        Path folder = base == null || base.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config")
                : Path.of(base);
        Path file = folder.resolve("drover").resolve("config");
        if (!Files.exists(file)) {
            return OwnFile.NOTHING;
        }
        try {
            Settings settings = Settings.read(file);
            String token = given(settings.text("token", NONE));
            if (token != null) {
                requirePrivate(file);
            }
            String scheduler = given(settings.text("scheduler", NONE));
            Path authorities = given(settings.text("ca", NONE)) == null ? null : settings.path("ca");
            settings.refuseUnknown();
            return new OwnFile(scheduler, token, authorities);
        } catch (ConfigException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static void requirePrivate(Path file) throws CommandException {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw wrong(file + " holds a token and others may read or write it: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw wrong("cannot read " + file + ": " + FileProblem.of(file, e));
        }
    }

    private static @Nullable String given(String text) {
        return text.equals(NONE) ? null : text;
    }

    private static @Nullable String first(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    private static CommandException wrong(String why) {
        return new CommandException(ExitCode.USAGE, why);
    }
}
