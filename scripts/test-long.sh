#!/usr/bin/env bash
# make test-long: what takes too long for every change: many more cases, seeds and seconds, and fuzzing.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh
source scripts/checks.sh
source scripts/libraries.sh
source scripts/building.sh

check_swift
check_space
ensure_libraries 0
ensure_test_servers
job_flags
build_with_progress "Building  " debug swift build --build-tests "${jobs_given[@]}"
write_revision .build/debug
# One after the other: each of them takes what the machine has, and one of them looks at the clock.
for suite in SchedulePropertyTests SimulationTests NormalizerFloodTests RealTimeTests CrashTests; do
    HEARTH_TEST_LONG=1 swift test --skip-build --filter "$suite"
done
exec scripts/fuzz.sh
