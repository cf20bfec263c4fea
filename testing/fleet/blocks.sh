# The commands of docs/getting-started.md, executed as they stand there. To be sourced.
# shellcheck shell=bash

# Prints the block that follows the comment "run: NAME".
block() { # name
    awk -v mark="<!-- run: $1 -->" '
        $0 == mark { found = 1; next }
        found && /^```/ { if (open) exit; open = 1; next }
        open' docs/getting-started.md
}

# Runs a block; lines that begin with a word are left out, because somebody else has run them.
run_block() { # name, first word of lines to leave out
    local commands
    commands=$(block "$1" | { if [ -n "${2:-}" ]; then grep -v "^$2"; else cat; fi; })
    [ -n "$commands" ] || fail "docs/getting-started.md has no block $1"
    echo "$1" >>"$RUN/blocks"
    timeout 40m bash -euxo pipefail -c "$commands" </dev/null
}

all_blocks_ran() {
    same "blocks of docs/getting-started.md that were not executed" "" \
        "$(sed -n 's/^<!-- run: \(.*\) -->$/\1/p' docs/getting-started.md | grep -vxFf "$RUN/blocks" || true)"
    same "blocks without a mark" "$(wc -l <"$RUN/blocks")" "$(($(grep -c '^```' docs/getting-started.md) / 2))"
}
