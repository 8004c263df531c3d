"""Reads a document of docs/: its blocks of code, and what a comment above each says about testing it.

A comment `<!-- test: DIRECTIVE; DIRECTIVE -->` stands above a block and is about that block. docs/README.md has the list of directives.
"""

import re

SHELL = {"sh", "bash"}
RESULT = {"", "text", "json"}
WITH_VALUE = {"skip", "file", "until", "status", "within", "needs", "interrupt"}
WITHOUT_VALUE = {"sample", "config", "exact", "kinds", "long"}


class Fault(Exception):
    """Something in a document that is not as it says."""


class Block:
    """A fenced block of code with its directives."""

    def __init__(self, language, line, directives):
        self.language, self.line, self.directives = language, line, directives
        self.lines = []
        self.result = None

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    def __getitem__(self, name):
        return self.directives.get(name)

    def __contains__(self, name):
        return name in self.directives


def directives(comment, place):
    """The directives of a comment: {"within": "30s"}."""
    found = {}
    for part in comment.split(";"):
        name, _, value = part.strip().partition(" ")
        if name in WITH_VALUE and value.strip():
            found[name] = value.strip()
        elif name in WITHOUT_VALUE and not value.strip():
            found[name] = True
        else:
            raise Fault(f"{place}: the directive “{part.strip()}” is not known, or lacks its value; docs/README.md lists them")
    return found


def read(path, name):
    """What the whole document needs, and its blocks in order; an interruption is a block without text."""
    needs, blocks, waiting, block, fence = {}, [], {}, None, ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if block is not None:
            if line.strip() == fence:
                blocks.append(block)
                block = None
            else:
                block.lines.append(line)
        elif opened := re.fullmatch(r"\s*(`{3,})(\S*)\s*", line):
            fence = opened[1]
            block, waiting = Block(opened[2], number, waiting), {}
        elif comment := re.fullmatch(r"\s*<!-- test: (.+) -->\s*", line):
            said = directives(comment[1], f"{name}:{number}")
            if "interrupt" in said:
                blocks.append(Block("interrupt", number, said))
            elif "needs" in said or "long" in said:
                needs.update(said)
            else:
                waiting.update(said)
    if block is not None:
        raise Fault(f"{name}:{block.line}: the block does not end")
    return needs, joined(blocks)


def joined(blocks):
    """Gives each command the block of its result, which is the next one if that is no command."""
    kept = []
    for block in blocks:
        before = kept[-1] if kept else None
        is_result = block.language in RESULT and not {"file", "sample", "skip", "config"} & block.directives.keys()
        if is_result and before and before.language in SHELL and before.result is None and "skip" not in before:
            before.result = block
        kept.append(block)
    return kept
