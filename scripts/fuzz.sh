#!/usr/bin/env bash
# Lets libFuzzer look for input that makes Hearth trap, hang or contradict itself.
#
# Arguments: targets (all). Environment: SECONDS_EACH (60). What it learns is kept below .build-fuzz/corpora; the seeds are in
# Tests/Fuzzing/Corpora. An input that fails is written to the working folder; add it to the seeds with its mend.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh
source scripts/checks.sh
source scripts/libraries.sh

seconds=${SECONDS_EACH:-60}
declare -A corpora=([FuzzBodies]=bodies [FuzzCredentials]=credentials [FuzzConfiguration]=configurations [FuzzEvents]=events [FuzzExpressions]=expressions
    [FuzzJSON]=json [FuzzNormalizer]=questions [FuzzRedisReplies]=redis-replies [FuzzZoneFiles]=zone-files)
targets=("$@")
[ "$#" -gt 0 ] || mapfile -t targets < <(printf '%s\n' "${!corpora[@]}" | sort)

check_swift
ensure_libraries 0
export HEARTH_FUZZING=1
for target in "${targets[@]}"; do
    [ -n "${corpora[$target]:-}" ] || fail 2 "There is no fuzz target $target; there are ${!corpora[*]}."
    echo "Building $target"
    mkdir -p .build-fuzz
    swift build --scratch-path .build-fuzz --product "$target" --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address >.build-fuzz/build.log 2>&1 ||
        fail 1 "Building $target failed. The whole log: .build-fuzz/build.log"
    learnt=.build-fuzz/corpora/${corpora[$target]}
    mkdir -p "$learnt"
    echo "Fuzzing $target for $seconds s"
    # Leaks are not looked for: the detector cannot run under every tracer, and Swift counts references.
    ASAN_OPTIONS=detect_leaks=0 ".build-fuzz/debug/$target" "$learnt" "Tests/Fuzzing/Corpora/${corpora[$target]}" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=8192 -print_final_stats=1 \
        >".build-fuzz/$target.log" 2>&1 || {
        tail -n 30 ".build-fuzz/$target.log" >&2
        fail 1 "$target found an input that fails; see above."
    }
    grep -E 'stat::(number_of_executed_units|new_units_added|peak_rss_mb)' ".build-fuzz/$target.log" | sed 's/^/  /'
done
echo "Fuzzing found nothing in $((seconds * ${#targets[@]})) s."
