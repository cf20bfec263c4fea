package io.drover.worker.libvirt.migration;

import java.util.Optional;

/**
 * What the destination's Prepare gave for the source's Perform.
 *
 * @param uri where the destination awaits the memory, unless it was told where
 */
public record MigrationPrepared(MigrationCookie cookie, Optional<String> uri) {}
