#!/usr/bin/env bash
# make licenses: writes docs/licenses.md, the list of everything that Hearth is made of, and tells what changed in it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh
command -v python3 >/dev/null || fail 2 "python3 is not here. Install: apt-get install python3"
before=$(cat docs/licenses.md 2>/dev/null || true)
python3 scripts/dependencies.py licenses
if [ "$before" = "$(cat docs/licenses.md)" ]; then
    printf 'docs/licenses.md is as it was.\n'
else
    diff <(printf '%s\n' "$before") docs/licenses.md || true
    printf 'docs/licenses.md has changed; look at it before you commit it.\n'
fi
