package io.drover.messages.config;

/** The configuration is wrong; the message names the key and what it may be. The program must not start. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
