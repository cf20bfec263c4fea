package io.drover.schema;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import org.postgresql.Driver;

/** The key {@code database.url} of every program. */
public final class DatabaseUrl {
    private DatabaseUrl() {}

    /** Reads it; throws where PostgreSQL's driver would not know what to do with it. */
    public static String read(Settings settings) throws ConfigException {
        String url = settings.text("database.url");
        if (!new Driver().acceptsURL(url)) {
            throw new ConfigException("database.url: '" + url + "' is not a URL such as jdbc:postgresql://db/drover");
        }
        return url;
    }
}
