# Set-up shared by ./drover and ./dev: finds a JDK, names and installs missing system packages, builds.
# To be sourced with the checkout as working directory.
# shellcheck shell=bash disable=SC2034 # the lists of commands are read by those that source this file

# What the programs, the demo and the tests call, and the Debian package each comes from.
REQUIRED_COMMANDS="
mvn:maven
qemu-system-x86_64:qemu-system-x86
qemu-img:qemu-utils
qemu-nbd:qemu-utils
/usr/lib/rabbitmq/bin/rabbitmq-server:rabbitmq-server
/bin/busybox:busybox-static
mkfs.ext4:e2fsprogs
debugfs:e2fsprogs
mkswap:util-linux
ss:iproute2
cpio:cpio
gcc:gcc
/usr/include/stdio.h:libc6-dev
"
TEST_COMMANDS="
nbdkit:nbdkit
nbdcopy:libnbd-bin
/usr/lib/python3/dist-packages/oslo_messaging/__init__.py:python3-oslo.messaging
/usr/sbin/libvirtd:libvirt-daemon
/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so:libvirt-daemon-driver-qemu
nsenter:util-linux
ip:iproute2
"
CHECK_COMMANDS="
shellcheck:shellcheck
"
FLEET_COMMANDS="
systemd-nspawn:systemd-container
debootstrap:debootstrap
dpkg-scanpackages:dpkg-dev
ansible-playbook:ansible
ssh:openssh-client
jq:jq
ip:iproute2
unshare:util-linux
"
LINT_COMMANDS="
ansible-playbook:ansible
ansible-lint:ansible-lint
promtool:prometheus
"
BENCH_COMMANDS="
tc:iproute2
ip:iproute2
unshare:util-linux
nsenter:util-linux
sysctl:procps
"

die() {
    echo "$1" >&2
    exit "${2:-2}"
}

# Exports JAVA_HOME of a JDK 25 or newer; the machine's default java may be older.
find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if [ -x "$candidate/bin/javac" ] && [ "$(jdk_release "$candidate")" -ge 25 ]; then
            export JAVA_HOME=$candidate
            # Maven's own libraries; not a word about Drover.
            export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
            return
        fi
    done
    die "Drover needs a JDK 25 or newer in /usr/lib/jvm (or named by JAVA_HOME) and found none.
Debian 13:  apt-get install openjdk-25-jdk-headless
Debian 12:  the Temurin packages of Eclipse Adoptium (temurin-25-jdk), or unpack any JDK 25 into /usr/lib/jvm."
}

jdk_release() {
    local release
    release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    echo "${release:-0}"
}

# Prints the packages whose commands or files are missing.
missing_packages() {
    local line need package missing=""
    for line in $1; do
        need=${line%:*}
        package=${line##*:}
        case $need in
            /*) [ -e "$need" ] && continue ;;
            *) PATH=$PATH:/usr/sbin:/sbin command -v "$need" >/dev/null && continue ;;
        esac
        case " $missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
    done
    echo "${missing# }"
}

ensure_packages() {
    local missing
    missing=$(missing_packages "$1")
    [ -z "$missing" ] && return
    if [ "$(id -u)" != 0 ]; then
        # shellcheck disable=SC2016
        die "Missing system packages: $missing
Install them with this command (the policy file keeps the broker's package from starting a public broker), then try again:
  sudo sh -c 'printf \"#!/bin/sh\\nexit 101\\n\" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; apt-get update; apt-get install -y --no-install-recommends $missing; rm /usr/sbin/policy-rc.d; systemctl disable rabbitmq-server epmd.socket epmd 2>/dev/null'"
    fi
    echo "Installing system packages: $missing" >&2
    install_packages "$missing"
}

# Packages' services are not started, nor enabled for the next boot: Drover starts a private broker of its own.
install_packages() {
    local policy=/usr/sbin/policy-rc.d ours=""
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
        ours=yes
    fi
    # shellcheck disable=SC2086
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1; } >&2; then
        [ -z "$ours" ] || rm -f $policy
        die "apt-get could not install: $1"
    fi
    [ -z "$ours" ] || rm -f $policy
    case " $1 " in
        *" rabbitmq-server "*)
            if command -v systemctl >/dev/null; then
                systemctl disable rabbitmq-server epmd.socket epmd >/dev/null 2>&1 || true
            fi
            ;;
    esac
}

# Builds when a source is newer than the last build.
ensure_built() {
    local stamp=.drover/built
    if [ ! -e $stamp ] || [ ! -d dist/target/lib ] || [ -n "$(find . -path ./.drover -prune -o -path '*/target' -prune -o \
        \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer $stamp -print -quit)" ]; then
        echo "Building Drover ..." >&2
        mvn -B -q package -DskipTests >&2 || die "the build failed" 1
        mkdir -p .drover
        touch $stamp
    fi
}
