#!/usr/bin/env bash
# make api-reference: writes docs/reference/api.md from the OpenAPI document of the service. With `check` it is compared, and the service
# is asked every route, to see that it does what the document says. The second argument is a built hearth.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

for python in python3 /usr/bin/python3; do
    if "$python" -c 'import yaml' 2>/dev/null; then exec "$python" scripts/api-reference.py "$@"; fi
done
fail 2 "The API reference needs Python 3 with yaml. Install: apt-get install python3-yaml"
