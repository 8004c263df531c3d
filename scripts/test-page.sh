#!/usr/bin/env bash
# make test-page: every check of the page in Chromium; pictures are kept in .build/page-artefacts.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test-build.sh
HEARTH_PAGE_CHECKS=whole exec swift test --skip-build --filter PageCheckTests
