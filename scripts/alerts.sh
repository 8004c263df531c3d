#!/usr/bin/env bash
# make alerts: the rules of alerts/ are valid, their cases hold, and alerts are sent where they belong.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

for tool in promtool:prometheus amtool:prometheus-alertmanager; do
    command -v "${tool%%:*}" >/dev/null || fail 2 "${tool%%:*} is not here. Install: apt-get install ${tool##*:}"
done

# quietly TITLE COMMAND…: one line if the command succeeds, everything it said if it does not.
quietly() {
    local title=$1 said
    shift
    said=$("$@" 2>&1) || {
        printf '%s\n' "$said" | grep -v '^$'
        fail 1 "$title: see above."
    }
    printf 'ok  %s\n' "$title"
}

quietly 'the rules are valid' promtool check rules --lint=all --lint-fatal alerts/*.rules.yml
for file in alerts/tests/*.test.yml; do quietly "$(grep -c '^  - name: ' "$file") cases of $file" promtool test rules "$file"; done
quietly 'alertmanager.example.yml is valid' amtool check-config alerts/alertmanager.example.yml
for route in critical:hearth-page warning:hearth-ticket none:hearth-watchdog; do
    alert=HearthStoreDown
    [ "${route%%:*}" != none ] || alert=HearthWatchdog
    quietly "severity ${route%%:*} goes to ${route##*:}" amtool config routes test --config.file=alerts/alertmanager.example.yml \
        --verify.receivers="${route##*:}" service=hearth alertname="$alert" severity="${route%%:*}"
done
