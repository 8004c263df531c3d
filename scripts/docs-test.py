#!/usr/bin/env python3
"""Runs the commands of the documents as they stand there, and compares what they print with what the documents say.

usage: docs-test.py PROGRAM [--short] [--fresh] [--keep] [DOCUMENT…]

PROGRAM is a built hearth; DOCUMENT is README.md or a file below docs/, all by default. --short leaves out the documents marked as long.
--fresh clones the repository and lets `make run` build; else `make run` stands for `.build/release/hearth serve --simulate-provider`.
Each document has a folder and, where that is allowed, a network of its own, so that the usual ports are free for it. docs/README.md
tells how to write commands so that they can be tested.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from documents import blocks, matching, stage  # noqa: E402

ROOT = stage.ROOT
# Of one command; of a command that is started and goes on, until it is ready; of `make run` in a fresh clone, which builds.
SECONDS, SECONDS_TO_START, SECONDS_TO_BUILD = 120, 60, 3600


def documents():
    return ["README.md"] + sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))


def seconds(text):
    number, unit = text[:-1], text[-1:]
    if unit not in ("s", "m") or not number.isdigit():
        raise blocks.Fault(f"“{text}” is no time such as 30s")
    return int(number) * (60 if unit == "m" else 1)


def fault_of(block, status, printed):
    """What is wrong with how a command ended and what it printed; nothing if all is well."""
    wanted = int(block["status"] or 0)
    if status != wanted:
        return f"it ended with status {status}, not {wanted}, and printed:\n{printed[-3000:]}"
    if block.result is None:
        return ""
    if block.result.language == "json":
        found = matching.json_differences(block.result.text, printed, "kinds" not in block)
        return "\n".join(found) + f"\nIt printed:\n{printed[-3000:]}" if found else ""
    if matching.text_matches(block.result.text, printed, "exact" in block):
        return ""
    return f"it printed something else than line {block.result.line} says:\n{printed[-3000:]}"


def perform(block, here):
    """Runs a block, repeatedly where it may take a while until it prints what it should."""
    if "until" in block:
        text, limit = block.text, SECONDS_TO_START
        if text.strip() == "make run":
            limit = SECONDS_TO_BUILD if here.fresh else limit
            text = text if here.fresh else "exec .build/release/hearth serve --simulate-provider\n"
        printed = here.start(text, block["until"], limit)
        return fault_of(block, int(block["status"] or 0), printed)
    end = time.monotonic() + seconds(block["within"]) if "within" in block else 0
    while True:
        fault = fault_of(block, *here.run(block.text, SECONDS))
        if not fault or time.monotonic() > end:
            return fault
        time.sleep(0.3)


def check_configuration(block, here):
    (here.folder / "checked.yaml").write_text(block.text)
    return fault_of(block, *here.run(f"OPENAI_API_KEY=sk-test hearth config check --config {here.folder}/checked.yaml\n", SECONDS))


def go_through(name, needs, found, here):
    """Runs the blocks of a document in order; returns how many commands and results there were."""
    commands = results = 0
    here.provide(needs.get("needs", ""))
    for block in found:
        fault = ""
        try:
            if "skip" in block:
                continue
            if block.language == "interrupt":
                here.interrupt()
            elif "file" in block:
                path = here.clone / block["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text)
            elif "config" in block:
                fault = check_configuration(block, here)
            elif block.language in blocks.SHELL:
                fault = perform(block, here)
                commands, results = commands + 1, results + (block.result is not None)
        except blocks.Fault as error:
            fault = str(error)
        if fault:
            raise blocks.Fault(f"{name}:{block.line}: {block.text.strip() or block['interrupt']}\n{fault}")
    return commands, results


def test(name, program, fresh, keep):
    """Tests one document; prints a line and returns whether it is well."""
    begin = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hearth-docs-"))
    here, is_well = None, False
    try:
        needs, found = blocks.read(ROOT / name, name)
        if not any(block.language in blocks.SHELL or "config" in block for block in found):
            return True
        here = stage.Stage(folder, program, fresh)
        commands, results = go_through(name, needs, found, here)
        is_well = True
        print(f"ok     {name}: {commands} commands, {results} results, {time.monotonic() - begin:.1f} s", flush=True)
    except blocks.Fault as fault:
        print(f"FAULT  {fault}", flush=True)
    finally:
        if here:
            here.close()
        if keep and not is_well:
            print(f"What was there is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return is_well


def alone(arguments):
    """The words that give a program a network of its own, or none where that is not allowed."""
    wrapper = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    is_allowed = shutil.which("unshare") and subprocess.run([*wrapper, "true"], capture_output=True).returncode == 0
    return [*wrapper, *arguments] if is_allowed else arguments


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("documents", nargs="*")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a document that has a fault")
    parser.add_argument("--here", action="store_true", help="without a network of its own")
    given = parser.parse_intermixed_args()
    names = given.documents or documents()
    if given.here or given.fresh:
        return 0 if all([test(name, given.program, given.fresh, given.keep) for name in names]) else 1
    if given.short:
        names = [name for name in names if "long" not in blocks.read(ROOT / name, name)[0]]
    command = [sys.executable, __file__, str(given.program), "--here", *(["--keep"] if given.keep else [])]
    is_alone = len(alone(command)) > len(command)
    with concurrent.futures.ThreadPoolExecutor(max_workers=(os.cpu_count() or 1) if is_alone else 1) as pool:
        statuses = list(pool.map(lambda name: subprocess.run(alone([*command, name])).returncode, names))
    return 0 if not any(statuses) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except blocks.Fault as fault:
        sys.exit(f"FAULT  {fault}")
