package io.drover.messages.api.request;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /vms/VM/labels} and {@code POST /hosts/HOST/labels}: what is set, and which keys are taken away.
 */
public record LabelsRequest(
        @Nullable Map<String, String> set, @Nullable List<String> remove) {}
