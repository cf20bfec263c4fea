# Who may do what: passwords, certificates and tokens. To be sourced.
# shellcheck shell=bash

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
            "$(on "$host" 'sudo find /etc/drover /var/lib/drover /etc/postgresql/drover-pki /etc/rabbitmq/drover-pki -type f -perm /o=r 2>/dev/null' || true)"
    done
}

# What the broker of db says to a program that begins to speak AMQP: A of AMQP where it lets it in.
broker_answers() { # host, whether with its certificate
    # shellcheck disable=SC2029 # the command line is expanded here, once
    ssh "$1" "sudo python3 - $2" <<'END'
import socket, ssl, sys
context = ssl.create_default_context(cafile="/etc/drover/pki/ca-cert.pem")
if sys.argv[1] == "yes":
    context.load_cert_chain("/etc/drover/pki/client-cert.pem", "/etc/drover/pki/client-key.pem")
try:
    with context.wrap_socket(socket.create_connection(("db", 5671)), server_hostname="db") as wire:
        wire.sendall(b"AMQP\0\0\x09\x01")
        print("connection.start" if wire.recv(8)[0] == 1 else "another answer")
except ssl.SSLError as refusal:
    print(refusal.reason)
END
}

encrypted() {
    local answer
    same "the broker's answer to a certificate" connection.start "$(broker_answers host-b yes)"
    answer=$(broker_answers host-b no)
    expect "the broker answers without a certificate: $answer" grep -qi 'certificate_required' <<<"$answer"
    same "ports of AMQP in clear text" "" "$(on db "ss -Htln 'sport = :5672'")"
    answer=$(on db "PGPASSWORD=$(cat "$HOME/fleet/secrets/database-scheduler") psql -XAtc 'SELECT 1' \
        'host=${ADDRESS[db]} user=drover_scheduler dbname=drover sslmode=require' 2>&1" || true)
    expect "the database answers without a certificate: $answer" grep -q 'requires a valid client certificate' <<<"$answer"
    same "hosts whose sessions of the database are encrypted and show a certificate" "/CN=host-a /CN=host-b" \
        "$(on db "sudo -u postgres psql -XAtc \"SELECT string_agg(DISTINCT client_dn, ' ' ORDER BY client_dn)
            FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename LIKE 'drover_host%'\"")"
}

# The console of host-a with a token of somebody else's; what it says is in $RUN/said.
as_anna() { # token, exit code, arguments of the console
    local status=0
    on host-a "DROVER_TOKEN=$1 drover ${*:3}" >"$RUN/said" 2>&1 || status=$?
    cat "$RUN/said"
    same "the exit code of drover ${*:3}" "$2" "$status"
}

revoked() {
    local token
    token=$(drover token create anna --role read)
    as_anna "$token" 0 hosts
    as_anna "$token" 4 drain host-b
    drover token revoke anna
    as_anna "$token" 4 hosts
    expect "the refusal does not speak of the token" grep -q token "$RUN/said"
    same "what the audit has of anna" "/api/v1/hosts/host-b/drain 403" "$(on db "sudo -u postgres psql -XAt -F ' ' drover \
        -c \"SELECT path, status FROM drover_api.api_audit WHERE caller = 'anna'\"")"
}

# host-b with a certificate of its name, made by another authority: nothing moves to it, and the guest does not notice.
# Database and broker still see its own certificate, or the worker would not get as far.
foreign_certificate() {
    local before status=0
    before=$(ticks host-a)
    on db 'sudo drover pki init --folder /root/foreign && sudo drover pki issue host-b --folder /root/foreign'
    on host-b 'sudo cp -a /etc/drover/pki /etc/drover/own && sudo cp -a /etc/drover/worker.properties /etc/drover/own/ &&
        sudo sed -i s#/etc/drover/pki/#/etc/drover/own/#g /etc/drover/worker.properties'
    on db 'sudo tar -C /root/foreign/hosts/host-b -c .' |
        ssh host-b 'sudo tar -C /etc/drover/pki -x --no-same-owner && sudo chown -R drover: /etc/drover/pki'
    restart_worker host-b
    drover migrate "$VM" --to host-b --wait --timeout 60s >"$RUN/refused" 2>&1 || status=$?
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

# The serial number of the certificate that a port shows.
shown_at() { # host, port, options of openssl
    on "$1" "openssl s_client -connect $1:$2 ${*:3} 2>/dev/null | openssl x509 -noout -serial"
}

shown() { # a line for each program that listens
    local host
    shown_at db 5432 -starttls postgres
    shown_at db 5671
    for host in db host-a; do shown_at $host 7070; done
    for host in host-a host-b; do shown_at $host 7101; done
}

renewed() {
    local pid before
    before=$(shown)
    pid=$(qemu_pid host-a)
    play renew_certificates -e pki_renew_days=100000
    same "programs that show a certificate of before" "" "$(shown | grep -xF "$before" || true)"
    same "QEMU's process" "$pid" "$(qemu_pid host-a)"
    move host-b
    move host-a
}
