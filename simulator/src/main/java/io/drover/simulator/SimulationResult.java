package io.drover.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a policy made of a day. Shares are fractions, not percent.
 *
 * @param floorKwh a bound no policy reaches: every MIPS on the most efficient host at full load
 * @param slatah share of their active time that hosts were over-loaded
 * @param pdm share of the demand that was missed because of moves
 * @param slav {@code slatah * pdm}
 * @param esv {@code energyKwh * slav}
 * @param overloadS host-seconds of over-load
 * @param starvedVmS VM-seconds with less than was asked for, other than by a move of one's own
 * @param tbMoved terabytes (10^12) carried between hosts
 * @param movesBack moves to a host that the VM had left within the hour before
 * @param planMs mean time of one plan, in milliseconds
 * @param hindsightTb terabytes that somebody who knew the day would have sent for as little over-load; null where the
 *     rules have no bytes to speak of, or where even he could not
 */
public record SimulationResult(
        String trace,
        String policy,
        String rules,
        double energyKwh,
        double floorKwh,
        int migrations,
        double slatah,
        double pdm,
        double slav,
        double esv,
        int hostShutdowns,
        double overloadS,
        double starvedVmS,
        double tbMoved,
        int movesBack,
        double planMs,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double hindsightTb) {}
