"""Prints how well questions are normalised and languages told; Benchmarks/quality calls it with the program, the sets and a title."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from lingua import IsoCode639_1, LanguageDetectorBuilder

LANGUAGES = ["ru", "en", "es", "pt", "he"]


def read(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines[1:] if line]


def ask(program, questions):
    """What `hearth cache key --batch` says of each question."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    command = [program, "cache", "key", "--batch", "--detection"]
    result = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in result.stdout.decode().split("\n") if line]
    if len(answers) != len(questions) or any("error" in answer for answer in answers):
        sys.exit("The program did not answer every question.")
    return answers


def sharing(program, pairs):
    """The pairs of which both questions have one key."""
    questions = [{"query": text, "language": pair[0]} for pair in pairs for text in pair[1:]]
    keys = [answer["cacheKey"] for answer in ask(program, questions)]
    return [pair for index, pair in enumerate(pairs) if keys[2 * index] == keys[2 * index + 1]]


def told_by_hearth(program, messages):
    """The language of each message, or None where Hearth leaves it to the default, which counts as wrong."""
    answers = [answer["detection"] for answer in ask(program, [{"query": text} for _, text in messages])]
    return [answer["language"] if answer["isDecided"] else None for answer in answers]


def told_by_lingua(messages):
    codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
    found = [detector.detect_language_of(text) for _, text in messages]
    return [language and language.iso_code_639_1.name.lower() for language in found]


def counts(rows):
    return Counter(row[0] for row in rows)


def row(title, hits, all_rows, shows_share):
    """One line: the figure of each language and of all."""
    found, whole = counts(hits), counts(all_rows)
    cells = []
    for hit, size in [(found[language], whole[language]) for language in LANGUAGES] + [(len(hits), len(all_rows))]:
        cells.append(f"{100 * hit / size:.1f} % of {size}" if shows_share else f"{hit} of {size}")
    print(f"{title:<34}" + "".join(f"{cell:>16}" for cell in cells))


def main():
    program, folder, title = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    same, different, messages = (read(folder / f"{name}.tsv") for name in ("same", "different", "languages"))
    false_hits = sharing(program, different)
    print(" " * 34 + "".join(f"{name:>16}" for name in [*LANGUAGES, "all"]))
    row("same meaning, one key", sharing(program, same), same, True)
    row("different meaning, one key", false_hits, different, False)
    for name, told in (("language told, Hearth", told_by_hearth(program, messages)), (f"language told, {title}", told_by_lingua(messages))):
        row(name, [message for message, language in zip(messages, told) if message[0] == language], messages, True)
    for pair in false_hits:
        print("False hit:", " | ".join(pair))
    sys.exit(1 if false_hits else 0)


main()
