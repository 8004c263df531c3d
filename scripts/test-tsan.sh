#!/usr/bin/env bash
# make test-tsan: the tests of the parts that run on several threads, under the thread sanitizer. A data race ends it with the report.
# Arguments go to `swift test`, such as --filter NAME.
#
# What is left out: simulations and floods, which calculate on one thread and would take hours here, and the tests that start the built
# program or look at the clock closely. The libraries of C are not instrumented: what they do behind their own locks cannot be seen.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/prepare-build.sh
ensure_test_servers
build_with_progress "Building  " "debug, with the thread sanitizer" \
    swift build --build-tests --sanitize=thread --scratch-path .build-tsan "${jobs_given[@]}"

tests='^(HearthTelemetryTests|HearthSchedulingTests|HearthDriversTests|HearthCacheTests|HearthUpstreamTests|HearthStatisticsTests|HearthServerTests)\.'
left_out='(Simulation|ScheduleProperty|NormalizerRobustness|NormalizerFlood|AnswerComparer|LanguageDetector|ReconciliationTests|RedisScale'
left_out+='|PostgresCrossedReply|SlowDisk|Promtool|StatisticsCrash)'
chosen=("$@")
[ "$#" -gt 0 ] || chosen=(--filter "$tests" --skip "$left_out" --experimental-maximum-parallelization-width 4)
# The first race ends the program, so that no report is lost among the rest.
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 suppressions=$PWD/Tests/ThreadSanitizer/suppressions.txt ${TSAN_OPTIONS:-}"
# Without it each Mutex that two threads want at once is taken for a race.
clang -shared -fPIC -O1 Tests/ThreadSanitizer/mutex.c -o .build-tsan/mutex.so -ldl
LD_PRELOAD=$PWD/.build-tsan/mutex.so exec swift test --skip-build --sanitize=thread --scratch-path .build-tsan "${chosen[@]}"
