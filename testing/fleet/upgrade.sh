# Another version, while a VM moves. To be sourced.
# shellcheck shell=bash

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

# What host-a sends to host-b goes at four megabits a second; ssh and packages do not.
narrow() {
    tc qdisc add dev vb-host-b root handle 1: htb
    tc class add dev vb-host-b parent 1: classid 1:1 htb rate 4mbit
    tc filter add dev vb-host-b parent 1: protocol ip u32 match ip src "${ADDRESS[host-a]}/32" flowid 1:1
}

widen() {
    tc qdisc del dev vb-host-b root
}

copies() {
    last_migration_is replicating && [ "$(last_migration bytes_done)" -gt 0 ]
}

# web2 moves over a narrow link meanwhile. The playbook replaces the schedulers under it, and waits with the worker of host-a,
# which it leaves. An operator who does not wait replaces the worker of host-b by hand, to which it goes.
upgraded() {
    local later pid before upgrade
    make_later_packages
    later=$(dpkg-deb -f "$(echo "$HOME"/fleet/packages/drover-worker_*.deb)" Version)
    pid=$(qemu_pid host-a)
    before=$(ticks host-a)
    with_vm web2
    drover vm start web2 --wait
    await 60 "web2 counts" counts_beyond host-a 3
    # What host-b had of it would not have to be sent.
    on host-b 'sudo find /srv/drover/images -name "web2-*.retired-*" -delete'
    narrow
    drover migrate web2 --to host-b
    await 60 "web2 is copied" copies
    play upgrade >"$RUN/upgrade.log" 2>&1 &
    upgrade=$!
    await 600 "the upgrade waits for web2's migration" grep -qs 'Wait until the host takes part in no migration' "$RUN/upgrade.log"
    same "the version on db" "$later" "$(version_of db drover-scheduler)"
    restarted_by_hand "$later"
    expect "web2's migration was over too early" copies
    kill -0 $upgrade || fail "the upgrade did not wait"
    widen
    wait $upgrade || { cat "$RUN/upgrade.log" && fail "the upgrade failed"; }
    cat "$RUN/upgrade.log"
    await 60 "web2's migration is completed" last_migration_is completed
    counts_on host-b 3
    move host-a
    drover vm stop web2 --wait
    with_vm web1
    same "the version on host-a" "$later" "$(version_of host-a drover-worker)"
    same "web1's QEMU" "$pid" "$(qemu_pid host-a)"
    await 30 "the guest counts beyond $before" counts_beyond host-a "$before"
    same "labels of hosts" "" "$(drover hosts | grep drover.exclude || true)"
}

restarted_by_hand() { # version
    on host-b 'sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -q drover-runtime drover-worker'
    heard_again host-b
    same "the version on host-b" "$1" "$(version_of host-b drover-worker)"
}
