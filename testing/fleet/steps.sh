# Steps with their times, conditions with their limits, and what is printed when one fails. To be sourced.
# shellcheck shell=bash

readonly TIMES=$RUN/times

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Runs a function as a step; its failure ends the run.
step() { # function, what it shows
    local begin=${EPOCHREALTIME/./}
    echo "== $2"
    "$1"
    printf '%7.1f s  %s\n' "$(((${EPOCHREALTIME/./} - begin) / 100000))e-1" "$2" | tee -a "$TIMES"
    [ "$UNTIL" != "$1" ] || exit 0
}

# Waits for a condition: a command that succeeds.
await() { # seconds, what is waited for, command...
    local limit=$1 what=$2
    local end=$((SECONDS + limit))
    shift 2
    until "$@"; do
        [ $SECONDS -lt $end ] || fail "after $limit s there is still not: $what"
        sleep 0.5
    done
}

expect() { # what, command...
    local what=$1
    shift
    "$@" || fail "$what"
}

same() { # what, expected, seen
    [ "$2" = "$3" ] || fail "$1: expected '$2', saw '$3'"
}

# What the programs said lately, of every host that answers.
show_journals() {
    local host
    for host in "${HOSTS[@]}"; do
        echo "---- $host: failed units and the end of the journal"
        timeout 20 ssh "$host" "systemctl --failed --no-legend; sudo journalctl --no-pager -n 40 \
            -u 'drover*' -u 'postgresql*' -u rabbitmq-server" </dev/null || tail -n 20 "$RUN/hosts/$host/console.log"
    done
}

finished() {
    local status=$?
    trap - EXIT
    [ $status = 0 ] || show_journals >&2 || true
    [ ! -e "$TIMES" ] || { echo && echo "Times:" && cat "$TIMES"; }
    if [ -n "$KEEP" ]; then
        echo "The fleet waits for a line. To look at it: nsenter -n -m -p -t \$(pgrep -P $(cat "$RUN/pid")) $RUN/bin/ssh db"
        read -r _ || true
    fi
    exit $status
}
