#!/usr/bin/env bash
# make docs-test: the commands of the documents, run as they stand there. DOCUMENT=docs/how-to/… is one of them; FRESH=1 begins the tutorial
# with a clone and a build. With --short, as make test does: only those that are quick.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

command -v python3 >/dev/null || fail 2 "Testing the documents needs Python 3. Install: apt-get install python3"
hearth=${HEARTH:-}
for candidate in .build/release/hearth .build/debug/hearth; do
    if [ -z "$hearth" ] && [ -x "$candidate" ]; then hearth=$candidate; fi
done
[ -x "$hearth" ] || fail 2 "There is no program to test the documents with${hearth:+ at $hearth}. Build it: make build"

[ -n "${DOCUMENT:-}" ] || scripts/api-reference.sh check "$hearth"
python3 scripts/docs-test.py "$hearth" "$@" ${DOCUMENT:+"$DOCUMENT"} || fail 1 "Some documents are not as they say; see above."
if [ "${FRESH:-0}" = 1 ]; then
    python3 scripts/docs-test.py "$hearth" --fresh docs/tutorial/first-hour.md || fail 1 "The tutorial does not lead where it says; see above."
fi
printf 'The documents are as they say.\n'
