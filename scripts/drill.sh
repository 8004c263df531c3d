#!/usr/bin/env bash
# make drill: faults are made on purpose, and the alerts that must tell of them are followed from Prometheus to a webhook and to their end.
# LANE=NAME makes those of one lane only.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test-build.sh
for tool in prometheus:prometheus prometheus-alertmanager:prometheus-alertmanager; do
    command -v "${tool%%:*}" >/dev/null || fail 2 "${tool%%:*} is not here. Install: apt-get install ${tool##*:}"
done
export HEARTH_DRILL="${LANE:-1}"
exec swift test --skip-build --no-parallel --filter 'ObservabilityTests\.(DrillTests|DrillListTests|HitRateDrillTests)'
