# What Prometheus sees of the fleet. To be sourced.
# shellcheck shell=bash

readonly PROMETHEUS=http://127.0.0.1:9090 PROMETHEUS_PKI=/etc/prometheus/drover-pki
readonly OWN="-cert $PROMETHEUS_PKI/server-cert.pem -key $PROMETHEUS_PKI/server-key.pem"
readonly ALERTS=ansible/roles/monitoring/files/drover.rules.yml DASHBOARD=ansible/roles/monitoring/files/drover.json
# Of a healthy fleet these have no result, or not yet.
readonly MAY_BE_EMPTY='drover_migration_rollbacks_total'

monitored() {
    sed -i 's/^    workers:/    monitoring:\n      hosts:\n        db:\n&/' "$HOME/fleet/inventory.yml"
    play site
    await 90 "every scheduler and worker is scraped" all_up
    only_the_fleet_is_told
    linted db 7071
    linted host-a 7102
    await 90 "every metric of alerts and dashboard" metrics_are_there
    dashboard_answers
    worker_missed
}

query() { # expression
    on db "promtool query instant --format=json $PROMETHEUS $(printf %q "$1")"
}

all_up() {
    query 'up{job=~"drover-.*"}' | jq -e 'length == 4 and all(.[]; .value[1] == "1")' >/dev/null
}

metrics() { # host, port, options of openssl: prints what is scraped
    local request="GET /metrics HTTP/1.1\r\nHost: $1\r\nConnection: close\r\n\r\n"
    on db "printf '$request' | sudo openssl s_client -quiet -verify_return_error \
        -CAfile $PROMETHEUS_PKI/ca-cert.pem ${3:-} -connect $1:$2 2>/dev/null | sed '1,/^\r\$/d'"
}

only_the_fleet_is_told() {
    expect "no metrics for a certificate of the fleet" grep -q '^drover_build_info' <<<"$(metrics host-a 7102 "$OWN")"
    same "what host-a tells who shows no certificate" "" "$(metrics host-a 7102)"
    same "what a scheduler tells who shows no certificate" "" "$(metrics db 7071)"
}

linted() { # host, port
    metrics "$1" "$2" "$OWN" >"$RUN/metrics"
    expect "no metrics of $1" test -s "$RUN/metrics"
    same "what promtool says of the metrics of $1" "" "$(ssh db 'promtool check metrics 2>&1' <"$RUN/metrics")"
}

metrics_are_there() {
    local missing
    missing=$(comm -23 <(grep -oh 'drover_[a-z0-9_]*' "$ALERTS" "$DASHBOARD" | grep -v '_$' | sort -u) \
        <(on db "promtool query labels $PROMETHEUS __name__" | sort -u))
    [ -z "$missing" ] || { echo "not there yet: $missing" && return 1; }
}

# Every expression of the dashboard is answered, and those that a healthy fleet has an answer for have one.
dashboard_answers() {
    local expression
    # shellcheck disable=SC2016 # a variable of Grafana's
    jq -r '.panels[].targets[]?.expr' "$DASHBOARD" | sed 's/\$__rate_interval/1m/' >"$RUN/expressions"
    expect "the dashboard has no expression" test -s "$RUN/expressions"
    while IFS= read -r expression; do
        query "$expression" >/dev/null || fail "Prometheus does not understand: $expression"
        [[ $expression == *$MAY_BE_EMPTY* ]] || await 60 "an answer to $expression" answered "$expression"
    done <"$RUN/expressions"
}

answered() { # expression
    query "$1" | jq -e 'length > 0' >/dev/null
}

alert_is() { # name, state
    query "ALERTS{alertname=\"$1\",alertstate=\"$2\"}" | jq -e 'length > 0' >/dev/null
}

worker_missed() {
    on host-b 'sudo systemctl stop drover-worker'
    await 90 "an alert for the worker of host-b" alert_is DroverWorkerDown pending
    on host-b 'sudo systemctl start drover-worker'
    await 90 "every scheduler and worker is scraped again" all_up
}
