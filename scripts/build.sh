#!/usr/bin/env bash
# make build: the optimised executable at .build/release/hearth.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/prepare-build.sh
begin=$SECONDS
build_with_progress "Building  " release swift build "${optimized[@]}" --product hearth "${jobs_given[@]}"
write_revision .build/release
if [ "$built" = 1 ]; then
    printf 'Built .build/release/hearth in %s.\n' "$(elapsed $((SECONDS - begin)))"
else
    printf 'Nothing to build.\n'
fi
