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
    bash -euxo pipefail -c "$commands" </dev/null
}
