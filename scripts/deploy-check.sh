#!/usr/bin/env bash
# make deploy-check: what can be known about deploy/ without starting any of it.
#
# Argument: a built hearth, which judges the configurations that deploy/ gives it (the newest in .build, if there is one).
# Exit status 1 on any fault; all of them are listed. Tools that are not here are named and left out; only Python's yaml must be here.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
faults=0

# check TITLE COMMAND…: one line if the command succeeds, everything it said if it does not.
check() {
    local title=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf 'ok           %s\n' "$title"
    else
        printf 'FAULT        %s\n' "$title"
        printf '%s\n' "$said" | sed 's/^/  /'
        faults=$((faults + 1))
    fi
}

not_present() { printf 'not present: %s\n' "$1"; }

# Sets python to an interpreter that can read YAML, or ends: nothing here can be judged without one.
find_python() {
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import yaml' 2>/dev/null; then return 0; fi
    done
    fail 1 "Reading deploy/ needs Python 3 with yaml. Install: apt-get install python3-yaml"
}

# Sets hearth to the program that was built last, or to nothing.
find_hearth() {
    local candidate
    hearth=${1:-}
    [ -z "$hearth" ] || return 0
    for candidate in .build/release/hearth .build/debug/hearth; do
        if [ -x "$candidate" ] && { [ -z "$hearth" ] || [ "$candidate" -nt "$hearth" ]; }; then hearth=$candidate; fi
    done
}

# compose_refuses FILE: that Compose does nothing as long as a secret is empty, whatever this shell has.
compose_refuses() {
    local said
    if said=$(env -i PATH="$PATH" HOME="$temporary" docker compose --env-file "$1" --file deploy/compose.yaml config --quiet 2>&1); then
        echo "Compose takes empty secrets"
        return 1
    fi
    # Another reason would hide that the secrets are not looked at.
    grep -q 'is not set in deploy/.env' <<<"$said" || {
        printf '%s\n' "$said"
        return 1
    }
}

# The program need not be installed where this runs.
copy_unit() { sed 's#/usr/local/bin/hearth#/usr/bin/true#' deploy/systemd/hearth.service >"$temporary/hearth.service"; }
verify_unit() { copy_unit && systemd-analyze verify --man=no --recursive-errors=no "$temporary/hearth.service"; }
judge_unit() { copy_unit && systemd-analyze security --offline=true --no-pager --threshold=15 "$temporary/hearth.service"; }

find_python
find_hearth "${1:-}"

check "files, mounts, variables, limits and times agree" "$python" scripts/deploy-check.py "$temporary" ${hearth:+"$hearth"}
[ -n "$hearth" ] || not_present "hearth (make build), so that no configuration was judged by it"

if docker compose version >/dev/null 2>&1; then
    # The file was written by the check above: .env.example with something in every place.
    if [ -s "$temporary/filled.env" ]; then
        check "docker compose config" env -i PATH="$PATH" HOME="$temporary" \
            docker compose --env-file "$temporary/filled.env" --file deploy/compose.yaml --profile replicas config --quiet
    fi
    check "docker compose refuses empty secrets" compose_refuses deploy/.env.example
else
    not_present "docker compose"
fi

if command -v systemd-analyze >/dev/null; then
    check "systemd-analyze verify" verify_unit
    # What is left is the network, which Hearth is for.
    check "systemd-analyze security: exposure of at most 1.5" judge_unit
else
    not_present "systemd-analyze"
fi

if command -v promtool >/dev/null; then
    check "promtool check config" promtool check config deploy/prometheus/prometheus.yml
    check "promtool check rules" promtool check rules alerts/*.rules.yml
else
    not_present "promtool"
fi

if command -v amtool >/dev/null; then
    check "amtool check-config" amtool check-config deploy/alertmanager/alertmanager.yml
else
    not_present "amtool"
fi

if command -v kubectl >/dev/null; then
    check "kubectl kustomize" kubectl kustomize deploy/kubernetes
else
    not_present "kubectl"
fi

[ "$faults" = 0 ] || fail 1 "deploy/ has faults; see above."
printf 'deploy/ is well.\n'
