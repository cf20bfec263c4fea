# The steps of the scenario. To be sourced.
# shellcheck shell=bash

readonly VM=web1

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
    on db "drover $*"
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

hardened() {
    local secret host
    on db 'systemd-analyze security --no-pager --threshold=17 drover-scheduler' >"$RUN/security" ||
        fail "the scheduler's unit: $(tail -n 2 "$RUN/security")"
    on host-a 'systemd-analyze security --no-pager --threshold=17 drover-worker' >"$RUN/security" ||
        fail "the worker's unit: $(tail -n 2 "$RUN/security")"
    for secret in "$HOME"/fleet/secrets/*; do
        ! grep -qF "$(cat "$secret")" "$RUN/ansible.log" || fail "the log of Ansible tells ${secret##*/}"
        for host in "${HOSTS[@]}"; do
            ! on "$host" 'sudo journalctl --no-pager' | grep -qF "$(cat "$secret")" ||
                fail "the journal of $host tells ${secret##*/}"
        done
    done
    for host in "${HOSTS[@]}"; do
        same "files of $host that others may read" "" \
            "$(on "$host" 'sudo find /etc/drover /var/lib/drover /etc/postgresql/drover-pki -type f -perm /o=r 2>/dev/null' || true)"
    done
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

owned_by() { # host
    [ "$(owner)" = "$1" ]
}

migrate() {
    local before
    before=$(ticks host-a)
    run_block move
    counts_on host-b "$before"
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
    drover migrate $VM --to "$1" --wait --timeout 3min
    counts_on "$1" "$before"
}

guest() {
    run_block guest
    VM_ID=$(drover vms --json | jq -r '.[0].definition.id')
    await 90 "the guest counts" counts_beyond host-a 3
}

worker_killed() {
    local pid before began
    pid=$(qemu_pid host-b)
    before=$(ticks host-b)
    began=$(now)
    on host-b 'sudo systemctl kill --kill-whom=main -s KILL drover-worker'
    await 90 "the worker of host-b is heard of again" heard_of host-b "$began"
    same "QEMU's process" "$pid" "$(qemu_pid host-b)"
    await 30 "the guest counts beyond $before" counts_beyond host-b "$before"
    same "restarts of the worker" 1 "$(on host-b 'systemctl show -P NRestarts drover-worker')"
}

# The guest begins again with a number that is not below what it said before, because its disk held that.
begins_again() { # host, what it said before
    local start
    await 120 "the guest counts again" counts_beyond "$1" "$2"
    start=$(start_of "$1")
    [ "${start:-0}" -ge "$2" ] || fail "the guest had said $2, and its disk held ${start:-nothing}"
}

reboot() {
    local before
    before=$(ticks host-b)
    on host-b 'sudo systemctl reboot' || true
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

# host-b with a certificate of its name, made by another authority: nothing moves to it, and the guest does not notice.
# The database is still believed by the fleet's authority, or the worker would not get as far.
foreign_certificate() {
    local before status=0
    before=$(ticks host-a)
    on db 'sudo drover pki init --folder /root/foreign && sudo drover pki issue host-b --folder /root/foreign'
    on host-b 'sudo cp -a /etc/drover/pki /etc/drover/own && sudo cp -a /etc/drover/worker.properties /etc/drover/own/ &&
        sudo sed -i s#sslrootcert=/etc/drover/pki#sslrootcert=/etc/drover/own# /etc/drover/worker.properties'
    on db 'sudo tar -C /root/foreign/hosts/host-b -c .' |
        ssh host-b 'sudo tar -C /etc/drover/pki -x --no-same-owner && sudo chown -R drover: /etc/drover/pki'
    restart_worker host-b
    drover migrate $VM --to host-b --wait --timeout 60s >"$RUN/refused" 2>&1 || status=$?
    cat "$RUN/refused"
    same "the exit code of a move to a host with a foreign certificate" 1 "$status"
    expect "the answer does not name the certificate" grep -qi 'certificat' "$RUN/refused"
    same "the owner" host-a "$(owner)"
    await 30 "the guest counts beyond $before" counts_beyond host-a "$before"
    on host-b 'sudo mv /etc/drover/own/worker.properties /etc/drover/ && sudo rm -r /etc/drover/pki &&
        sudo mv /etc/drover/own /etc/drover/pki'
    restart_worker host-b
    on db 'sudo rm -r /root/foreign'
}

restart_worker() { # host
    local began
    began=$(now)
    on "$1" 'sudo systemctl restart drover-worker'
    await 90 "the worker of $1 is heard of again" heard_of "$1" "$began"
}

# A later version in place of the one that is installed; only its number is another.
make_later_packages() {
    local package packages=$HOME/fleet/packages
    for package in "$packages"/*.deb; do
        dpkg-deb -R "$package" "$RUN/unpacked"
        rm "$package"
        sed -i 's/^Version: .*/&.1/; s/\(drover-runtime (= [^)]*\))/\1.1)/' "$RUN/unpacked/DEBIAN/control"
        dpkg-deb --root-owner-group -Znone --build "$RUN/unpacked" "$packages" >/dev/null
        rm -r "$RUN/unpacked"
    done
    (cd "$packages" && dpkg-scanpackages . >Packages 2>/dev/null)
}

version_of() { # host, package
    on "$1" "dpkg-query -W -f '\${Version}' $2"
}

upgraded() {
    local later pid before
    make_later_packages
    later=$(dpkg-deb -f "$(echo "$HOME"/fleet/packages/drover-worker_*.deb)" Version)
    pid=$(qemu_pid host-a)
    before=$(ticks host-a)
    play upgrade
    same "the version on host-a" "$later" "$(version_of host-a drover-worker)"
    same "the version on host-b" "$later" "$(version_of host-b drover-worker)"
    same "the version on db" "$later" "$(version_of db drover-scheduler)"
    same "QEMU's process" "$pid" "$(qemu_pid host-a)"
    await 30 "the guest counts beyond $before" counts_beyond host-a "$before"
    same "labels of hosts" "" "$(drover hosts | grep drover.exclude || true)"
}

serial_of() { # host
    on "$1" 'sudo openssl x509 -noout -serial -in /etc/drover/pki/server-cert.pem'
}

renewed() {
    local host pid
    local -A before
    for host in "${HOSTS[@]}"; do before[$host]=$(serial_of "$host"); done
    pid=$(qemu_pid host-a)
    play renew_certificates -e pki_renew_days=100000
    for host in "${HOSTS[@]}"; do
        [ "${before[$host]}" != "$(serial_of "$host")" ] || fail "$host has its old certificate"
    done
    same "QEMU's process" "$pid" "$(qemu_pid host-a)"
    move host-b
    move host-a
}

host_removed() {
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
    drover vm stop $VM --wait
    play remove -e drover_host=all -e drover_remove_images=true
    nothing_left host-a
    nothing_left host-c
    nothing_left db
    same "databases and roles" "" "$(on db "sudo -u postgres psql -XAtc \"SELECT datname FROM pg_database WHERE datname LIKE 'drover%' UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'drover%'\"")"
    same "users of the broker" "" "$(on db 'sudo rabbitmqctl -q list_users' | grep drover || true)"
}

nothing_left() { # host
    same "what is left on $1" "" "$(on "$1" "sudo find / -xdev \( -path /var/log -o -path /proc -o -path /sys -o -path /run -o -path /var/lib/postgresql \) -prune -o -iname '*drover*' -print")"
    same "processes that are left on $1" "" "$(on "$1" 'pgrep -af "[d]rover|[q]emu" || true')"
    same "users that are left on $1" "" "$(on "$1" 'getent passwd drover; getent group drover' || true)"
}
