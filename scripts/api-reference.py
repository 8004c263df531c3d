#!/usr/bin/env python3
"""The API reference of docs/, made from the OpenAPI document of a running service, and the document held against that service.

usage: api-reference.py write PROGRAM     writes docs/reference/api.md
       api-reference.py check PROGRAM     tells whether docs/reference/api.md is what would be written, asks the service every route as in
                                          its example, and tells what it does otherwise than the document says; exit status 1 if anything

PROGRAM is a built hearth; it is started with its simulated provider, on a free port and in a temporary folder.
"""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from documents import reference, service  # noqa: E402

FILE = pathlib.Path(__file__).resolve().parent.parent / "docs/reference/api.md"


@contextlib.contextmanager
def running(program):
    """A service in a folder of its own; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "questions.json").write_text('{"version": 1, "queries": []}')
        started = subprocess.Popen(
            [str(program), "serve", "--simulate-provider", "--port", "0"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={"PATH": "/usr/bin:/bin", "HEARTH_COMMON_QUERIES": "questions.json", "HEARTH_LOG_FORMAT": "json"})
        try:
            for line in started.stdout:
                with contextlib.suppress(ValueError):
                    told = json.loads(line)
                    if told.get("event") == "ready":
                        yield told["url"]
                        return
            sys.exit(f"{program} did not start; see: {program} serve --simulate-provider")
        finally:
            started.terminate()
            started.wait(40)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    with running(pathlib.Path(sys.argv[2]).resolve()) as base:
        document = yaml.safe_load(urllib.request.urlopen(base + "/openapi.yaml").read())
        text = reference.render(document)
        if sys.argv[1] == "write":
            FILE.write_text(text, encoding="utf-8")
            return 0
        faults = [] if FILE.read_text(encoding="utf-8") == text else ["docs/reference/api.md is not what the service says. Renew it: make api-reference"]
        faults += service.Asking(base, document).faults()
    print("\n".join(faults) or f"The reference has all {sum(len(path) for path in document['paths'].values())} routes, and each does what it says.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
