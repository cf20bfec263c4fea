# The guests of the scenario: where they are, how far they have counted, and what they live through. To be sourced.
# shellcheck shell=bash

# Which VM the functions below are about.
with_vm() { # name
    VM=$1
    VM_ID=$(drover vms --json | jq -r --arg vm "$VM" '.[] | select(.definition.name == $vm) | .definition.id')
}

# What the guest said on its console at a host: nothing where it has not been.
console() { # host
    on "$1" "sudo cat /run/drover/$VM_ID/console.log 2>/dev/null || true" | tr -d '\r'
}

ticks() { # host: the number that it last said
    console "$1" | sed -n 's/^TICK //p' | tail -n 1
}

counts_beyond() { # host, number
    local number
    number=$(ticks "$1")
    [ "${number:-0}" -gt "$2" ]
}

start_of() { # host: the number that the guest last began with
    console "$1" | sed -n 's/^START //p' | tail -n 1
}

qemu_pid() { # host
    on "$1" "sudo cat /run/drover/$VM_ID/qemu.pid"
}

owner() {
    drover vms --json | jq -r --arg vm "$VM" '.[] | select(.definition.name == $vm) | .owner'
}

last_migration() { # a field of the VM's
    drover migrations --json | jq -r --arg vm "$VM_ID" "[.[] | select(.task.vm == \$vm)] | max_by(.created_at) | .$1"
}

last_migration_is() { # state
    [ "$(last_migration state)" = "$1" ]
}

# A guest that had begun again would have said so, with a number that is not smaller.
counts_on() { # host, what the guest said before it moved
    local start
    same "the owner" "$1" "$(owner)"
    await 30 "the guest counts beyond $2 on $1" counts_beyond "$1" "$2"
    start=$(start_of "$1")
    [ "${start:-0}" -lt "$2" ] || fail "the guest began again on $1, with $start"
}

move() { # destination
    local before
    before=$(ticks "$(owner)")
    drover migrate "$VM" --to "$1" --wait --timeout 3min
    counts_on "$1" "$before"
}

guest() {
    run_block guest
    with_vm web1
    await 90 "the guest counts" counts_beyond host-a 3
}

migrate() {
    local before
    before=$(ticks host-a)
    run_block move
    counts_on host-b "$before"
}

# The balancer's own word: the migration follows from a decision, and nobody asked for it.
balanced() {
    run_block trial
    run_block balanced
    with_vm web2
    same "the owner" host-b "$(owner)"
    await 60 "web2's migration is completed" last_migration_is completed
    drover explain "$(last_migration decision)" | tee "$RUN/explained"
    expect "the decision does not name the overloaded host" grep -q 'host-a' "$RUN/explained"
    await 30 "the guest counts beyond $(ticks host-b)" counts_beyond host-b "$(ticks host-b)"
    with_vm web1
    same "the owner of the VM that was moved by hand" host-b "$(owner)"
}

worker_killed() {
    local pid before
    pid=$(qemu_pid host-b)
    before=$(ticks host-b)
    on host-b 'sudo systemctl kill --kill-whom=main -s KILL drover-worker'
    await 90 "systemd has started the worker of host-b again" has_restarted host-b
    heard_again host-b
    same "QEMU's process" "$pid" "$(qemu_pid host-b)"
    await 30 "the guest counts beyond $before" counts_beyond host-b "$before"
}

has_restarted() { # host: by itself, and once
    [ "$(on "$1" 'systemctl show -p NRestarts -p ActiveState drover-worker' | sort | paste -sd ' ')" = \
        "ActiveState=active NRestarts=1" ]
}

# The guest begins again with a number that is not below what it said before, because its disk held that.
begins_again() { # host, what it said before
    local start
    await 120 "the guest counts again" counts_beyond "$1" "$2"
    start=$(start_of "$1")
    [ "${start:-0}" -ge "$2" ] || fail "the guest had said $2, and its disk held ${start:-nothing}"
}

shown_as() { # power
    drover vms --json | jq -e --arg vm "$VM" --arg power "$1" \
        'any(.[]; .definition.name == $vm and .power == $power)' >/dev/null
}

reboot() {
    local before
    before=$(ticks host-b)
    on host-b 'sudo systemctl reboot' || true
    # It powers off before its host does.
    await 60 "$VM is stopped" shown_as stopped
    reset host-b
    await 60 "host-b up again" is_up host-b
    begins_again host-b "$before"
}

power_lost() {
    local before
    before=$(ticks host-b)
    power_cut host-b
    power_on host-b
    await 60 "host-b up again" is_up host-b
    begins_again host-b "$before"
}

drained() {
    play drain -e drover_host=host-b
    same "the owner" host-a "$(owner)"
    drover undrain host-b
}

restart_worker() { # host
    on "$1" 'sudo systemctl restart drover-worker'
    heard_again "$1"
}

# From now on: what its worker said before it was stopped does not count.
heard_again() { # host
    local from
    from=$(now)
    await 90 "the worker of $1 is heard of again" heard_of "$1" "$from"
}
