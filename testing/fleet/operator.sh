# The operator of the scenario: the controller, the playbooks and the hosts that come and go. To be sourced.
# shellcheck shell=bash

# The scheduler's host whose console is used.
CONSOLE=db

# The operator's home on the controller: the collection as it is installed, the inventory as the example has it.
boot() {
    local host
    make_surroundings
    make_ssh
    for host in "${HOSTS[@]}"; do make_host "$host"; done
    for host in "${HOSTS[@]}"; do power_on "$host"; done
    for host in "${HOSTS[@]}"; do await 60 "$host up, with every unit" is_up "$host"; done
    cat >"$HOME/.ansible.cfg" <<END
[defaults]
inventory = $HOME/fleet/inventory.yml
nocows = true
gathering = smart
callbacks_enabled = profile_tasks
log_path = $RUN/ansible.log
[ssh_connection]
pipelining = true
ssh_args = -o ControlMaster=auto -o ControlPersist=30s
control_path_dir = $RUN
control_path = %(directory)s/%%h
[callback_profile_tasks]
task_output_limit = 8
END
}

play() { # playbook, options...
    local playbook=$1
    shift
    ansible-playbook "drover.fleet.$playbook" "$@"
}

# Runs a playbook and refuses a recap in which anything changed.
play_unchanged() { # playbook, options...
    play "$@" | tee "$RUN/unchanged.log"
    sed -n '/^PLAY RECAP/,/^$/p' "$RUN/unchanged.log" >"$RUN/recap"
    expect "no recap" grep -q 'changed=0' "$RUN/recap"
    ! grep -q 'changed=[1-9]' "$RUN/recap" || fail "something changed: $(grep -B 30 '^changed:' "$RUN/unchanged.log")"
}

drover() { # arguments of the console
    on "$CONSOLE" "drover $*"
}

heard_of() { # host, since when
    drover hosts --json | jq -e --arg host "$1" --arg since "$2" \
        'any(.[]; .id == $host and (.last_seen // "") > $since)' >/dev/null
}

now() {
    date --utc +%FT%TZ
}

site() {
    local began
    began=$(now)
    # The packages were made before there was a namespace.
    run_block packages ./dev
    run_block site
    run_block hosts
    await 30 "host-a in drover hosts" heard_of host-a "$began"
    await 30 "host-b in drover hosts" heard_of host-b "$began"
}

site_again() {
    play_unchanged site
    play_unchanged site --check
}

# A second one on host-a, which runs VMs as well. The first is stopped, and the fleet is commanded by the second.
second_scheduler() {
    sed -i '/schedulers:/,/db:/s/^\( *\)db:/&\n\1host-a:/' "$HOME/fleet/inventory.yml"
    run_block over
    drover hosts --scheduler https://host-a:7070
    on db 'sudo systemctl stop drover-scheduler'
    CONSOLE="host-a"
    move host-a
    move host-b
    CONSOLE=db
    on db 'sudo systemctl start drover-scheduler'
    await 60 "the scheduler of db answers" drover hosts
}

host_removed() {
    # The one that is stopped has to leave, too.
    play drain -e drover_host=host-b
    drover undrain host-b
    play remove -e drover_host=host-b -e drover_remove_images=true
    nothing_left host-b
    # As an operator does then: its name and its address go.
    sed -i '/host-b:/,+1d' "$HOME/fleet/inventory.yml"
}

host_added() {
    HOSTS+=(host-c)
    make_host host-c
    printf 'Host host-c\n    HostName %s\n' "${ADDRESS[host-c]}" | cat - "$HOME/.ssh/config" >"$RUN/config"
    mv "$RUN/config" "$HOME/.ssh/config"
    power_on host-c
    await 60 "host-c up, with every unit" is_up host-c
    printf '        host-c:\n          ansible_host: %s\n' "${ADDRESS[host-c]}" >>"$HOME/fleet/inventory.yml"
    play add_host -e drover_host=host-c
    scp -q "$HOME"/fleet/guest/{vmlinuz,initrd} host-c:/tmp/
    on host-c 'sudo install -m 644 /tmp/vmlinuz /tmp/initrd /srv/drover/boot/'
    move host-c
}

removed() {
    drover vm stop "$VM" --wait
    play remove -e drover_host=all -e drover_remove_images=true
    nothing_left host-a
    nothing_left host-c
    nothing_left db
    same "databases and roles" "" "$(on db "sudo -u postgres psql -XAtc \"SELECT datname FROM pg_database WHERE datname LIKE 'drover%' UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'drover%'\"")"
    same "users of the broker" "" "$(on db 'sudo rabbitmqctl -q list_users' | grep drover || true)"
    all_blocks_ran
}

nothing_left() { # host
    same "what is left on $1" "" "$(on "$1" "sudo find / -xdev \( -path /var/log -o -path /proc -o -path /sys -o -path /run -o -path /var/lib/postgresql \) -prune -o -iname '*drover*' -print")"
    same "processes that are left on $1" "" "$(on "$1" 'pgrep -af "[d]rover|[q]emu" || true')"
    same "users that are left on $1" "" "$(on "$1" 'getent passwd drover; getent group drover' || true)"
}
