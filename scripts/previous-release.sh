#!/usr/bin/env bash
# Builds the release before this one, which a rolling upgrade starts from, as .build-previous/hearth; make test-long does it for its tests.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/prepare-build.sh

revision=$(tail -n 1 Tests/HearthServerTests/Releases/0.1.0.revision)
folder=.build-previous
[ "$(cat "$folder/hearth.revision" 2>/dev/null)" != "${revision:0:12}" ] || exit 0
git cat-file -e "$revision^{commit}" 2>/dev/null ||
    fail 2 "The commit $revision of the release before is not in this clone. Fetch the whole history: git fetch --unshallow"
rm -rf "$folder"
git clone --quiet --local --no-checkout . "$folder/sources"
git -C "$folder/sources" checkout --quiet --detach "$revision"
[ ! -f Package.resolved ] || cp Package.resolved "$folder/sources/"
build_with_progress "Building  " "the release before" swift build --package-path "$folder/sources" --product hearth "${jobs_given[@]}"
cp "$folder/sources/.build/debug/hearth" "$folder/hearth"
rm -rf "$folder/sources"
# After the program, which an older file would not belong to.
printf '%s\n' "${revision:0:12}" >"$folder/hearth.revision"
