package io.drover.worker.libvirt.migration;

import io.drover.worker.libvirt.domain.Domain;

/** What the destination's Finish gave: the domain there, complete, and what the source's Confirm is told. */
public record MigrationFinished(Domain domain, MigrationCookie cookie) {}
