"""Writes dashboards/*.json from boards/*.py. With --check: says which files differ from what it would write, and writes nothing.

Python 3.9 or newer, nothing else. The same boards make the same bytes.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from boards import cache, overview, scheduler, slo, upstream  # noqa: E402

FOLDER = Path(__file__).parent / "dashboards"
BOARDS = {
    "hearth-cache.json": cache.board,
    "hearth-overview.json": overview.board,
    "hearth-scheduler.json": scheduler.board,
    "hearth-slo.json": slo.board,
    "hearth-upstream.json": upstream.board,
}


def main():
    is_check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not is_check:
        sys.exit("usage: python3 grafana/build.py [--check]")
    different = [path.name for path in sorted(FOLDER.glob("*.json")) if path.name not in BOARDS]
    for name, board in sorted(BOARDS.items()):
        text = json.dumps(board, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            different.append(name)
            if not is_check:
                path.write_text(text, encoding="utf-8")
    if is_check and different:
        sys.exit(f"Not what the boards say: {', '.join(different)}. Run: python3 grafana/build.py")


main()
