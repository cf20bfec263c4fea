package io.drover.testbed.guest;

import java.io.IOException;

/** A program the testbed needs is not on this VM. The message says how to install it. */
public final class MissingToolException extends IOException {
    private final String debianPackages;

    MissingToolException(String program, String debianPackages) {
        super("'" + program + "' is missing; install it with: apt-get install " + debianPackages);
        this.debianPackages = debianPackages;
    }

    /** Names of the packages, separated by spaces. */
    public String debianPackages() {
        return debianPackages;
    }
}
