#!/usr/bin/env bash
# make test: everything that is tested, from unit tests to the built program on free ports. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test-build.sh
exec swift test --skip-build "$@"
