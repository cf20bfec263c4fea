# The hosts of a fleet: Debian, booted by systemd-nspawn, each on an overlay of the same root, joined by a bridge.
# To be sourced inside of scripts/in-namespace: network, mounts and processes end with the namespace. Needs RUN, the
# folder of this run; GOLDEN, the root; ARCHIVES, the package repository; NAME, the run's name among cgroups.
# shellcheck shell=bash

declare -Ar ADDRESS=([db]=10.77.0.10 [host-a]=10.77.0.11 [host-b]=10.77.0.12 [host-c]=10.77.0.13)
# Those that are up; host-c comes later.
HOSTS=(db host-a host-b)
declare -A NSPAWN_PID

# What systemd-nspawn keeps in /run is private too, so that two runs may have hosts of the same name.
make_surroundings() {
    mkdir -p /run/systemd/nspawn
    mount -t tmpfs tmpfs /run/systemd/nspawn
    ip link set lo up
    ip link add br0 type bridge
    ip address add 10.77.0.1/24 dev br0
    ip link set br0 up
}

# The operator's key and configuration of ssh, which is given by programs of the same names: OpenSSH does not look for it
# below HOME.
make_ssh() {
    local host program
    mkdir -p "$RUN/bin"
    mkdir -m 700 "$HOME/.ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
    for host in "${HOSTS[@]}"; do
        printf 'Host %s\n    HostName %s\n' "$host" "${ADDRESS[$host]}"
    done >"$HOME/.ssh/config"
    cat >>"$HOME/.ssh/config" <<EOF
Host *
    User admin
    IdentityFile $HOME/.ssh/id_ed25519
    IdentitiesOnly yes
    UserKnownHostsFile $HOME/.ssh/known_hosts
    StrictHostKeyChecking yes
    ServerAliveInterval 5
    LogLevel ERROR
EOF
    for program in ssh scp; do
        printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v $program)" "$HOME/.ssh/config" >"$RUN/bin/$program"
    done
    chmod +x "$RUN"/bin/*
    PATH=$RUN/bin:$PATH
}

make_host() { # name
    local folder=$RUN/hosts/$1 root=$RUN/hosts/$1/root
    mkdir -p "$folder"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=$GOLDEN,upperdir=$folder/upper,workdir=$folder/work" "$root" ||
        fail "no overlay can be mounted over a folder in $folder"
    echo "$1" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$1" >"$root/etc/hosts"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    printf '[Match]\nName=host0\n[Network]\nAddress=%s/24\nLinkLocalAddressing=no\n' "${ADDRESS[$1]}" \
        >"$root/etc/systemd/network/10-host0.network"
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/etc/ssh/ssh_host_ed25519_key"
    printf '%s %s\n' "${ADDRESS[$1]}" "$(cat "$root/etc/ssh/ssh_host_ed25519_key.pub")" >>"$HOME/.ssh/known_hosts"
    mkdir -m 700 "$root/home/admin/.ssh"
    cp "$HOME/.ssh/id_ed25519.pub" "$root/home/admin/.ssh/authorized_keys"
    chroot "$root" chown -R admin: /home/admin/.ssh
    mkdir -p "$root/srv/debian"
}

# A host's cgroups: one in each hierarchy that systemd-nspawn and the host's systemd want to write to.
cgroups() { # host's name
    local hierarchy
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        echo "/sys/fs/cgroup/$NAME.$1"
        return
    fi
    for hierarchy in systemd unified memory; do
        [ ! -d "/sys/fs/cgroup/$hierarchy" ] || echo "/sys/fs/cgroup/$hierarchy/$NAME.$1"
    done
}

power_on() { # name
    local groups
    mapfile -t groups < <(cgroups "$1")
    mkdir -p "${groups[@]}"
    (
        for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
        # Not registered: there is no machined here.
        exec systemd-nspawn --quiet --boot --register=no --keep-unit --directory="$RUN/hosts/$1/root" \
            --machine="$1" --network-bridge=br0 --console=pipe --link-journal=no \
            --resolv-conf=off --timezone=off --bind-ro="$ARCHIVES:/srv/debian"
    ) </dev/null >>"$RUN/hosts/$1/console.log" 2>&1 &
    NSPAWN_PID[$1]=$!
}

# What the firmware does when a host has shut down to boot again. systemd-nspawn says so by its exit code.
reset() { # name
    local status=0
    wait "${NSPAWN_PID[$1]}" || status=$?
    [ $status = 133 ] || fail "$1 did not reboot: systemd-nspawn ended with $status"
    power_on "$1"
}

# What a power cut does to a host: every process is gone at once, and only what was written is there afterwards.
power_cut() { # name
    pkill -KILL -P "${NSPAWN_PID[$1]}"
    wait "${NSPAWN_PID[$1]}" || true
}

answers() { # name
    timeout 2 bash -c "exec 3<>/dev/tcp/${ADDRESS[$1]}/22" 2>/dev/null
}

on() { # host, command line
    # shellcheck disable=SC2029 # the command line is expanded here, once
    ssh "$1" "$2" </dev/null
}

is_up() { # name
    answers "$1" && [ "$(on "$1" 'systemctl is-system-running' 2>/dev/null)" = running ]
}
