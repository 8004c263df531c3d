#!/usr/bin/env bash
# make run: from a fresh machine to a running service in five steps. PORT, JOBS and the variables of the service are heeded.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh
source scripts/checks.sh
source scripts/libraries.sh
source scripts/building.sh

port=${PORT:-${HEARTH_PORT:-4327}}
hearth=.build/release/hearth
begin=$(date +%s%N)
printf 'Hearth: build and run (%s)\n\n' "${HEARTH_PROFILE:-development}"

# With an executable there is probably nothing to build; then one line takes the place of four.
if [ -x "$hearth" ]; then
    fold_steps
    how="release"
else
    cores=$(nproc)
    minutes=$(((8 + cores - 1) / cores))
    how="release, first time about $minutes minute$([ "$minutes" = 1 ] || echo s) on $cores core$([ "$cores" = 1 ] || echo s)"
fi
progress "Checking …"

check_swift
check_system
check_space
check_port "$port"
if [ "$port" = 0 ]; then port_state="any free port"; else port_state="port $port free"; fi
step 1 5 Checking "Swift $swift_version, $system_name, $(gigabytes "$free_kib") GB free, $port_state"

ensure_libraries 5

job_flags
build_with_progress "[3/5] Building    " "$how" swift build "${optimized[@]}" --product hearth "${jobs_given[@]}"
if [ "$built" = 1 ]; then
    write_revision .build/release
else
    step 3 5 Building "nothing to build"
fi

# Without any provider of one's own the simulator answers.
flags=(--port "$port")
if [ -z "${OPENAI_API_KEY:-}${OPENAI_API_KEY_FILE:-}${OPENAI_BASE_URL:-}" ] &&
    ! grep -qsE '^ *(apiKey|apiKeyFile|baseURL): *[^ #]' hearth.yaml; then
    flags+=(--simulate-provider)
fi

# The faults of a configuration are printed by the program itself.
configuration=$("$hearth" config check "${flags[@]}") || exit $?
step 4 5 Checking "$configuration"
if [ "${folded:-0}" = 1 ]; then
    end_progress
    awk -v nanoseconds="$(($(date +%s%N) - begin))" 'BEGIN { printf "Nothing to build. %.1f s\n", nanoseconds / 1e9 }'
else
    step 5 5 Starting ""
fi

if [ -t 0 ] && [ -t 1 ]; then
    # In a process group of its own, so that Ctrl-C reaches the service alone and make does not call its orderly end an interruption.
    set -m
    "$hearth" serve "${flags[@]}"
else
    exec "$hearth" serve "${flags[@]}"
fi
