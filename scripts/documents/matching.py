"""Compares what a command printed with what a document says it prints.

In a document `…` stands for anything; alone on a line, for any lines. Moments, ids, keys and durations match any other of their kind.
In a block of JSON only names and kinds of values are compared, and words that are one of few (true, false, short words) where they stand.
"""

import json
import re

# What differs from run to run, by its form. The order matters: longer forms first.
VOLATILE = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", "<moment>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
    (r"\b(ru|en|es|pt|he):[0-9a-f]{4,64}", "<key>"),
    (r"\b[0-9a-f]{32,64}\b", "<hex>"),
    (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "<moment>"),
    (r"\b\d{4}-\d\d-\d\d\b", "<date>"),
    (r"\bdur=[\d.]+", "dur=<number>"),
    (r"\b\d+(\.\d+)? (ms|s|min|h|d)( \d+ (s|min|h))?\b", "<duration>"),
    (r"\bpid \d+", "pid <number>"),
]
WORD = re.compile(r"[A-Za-z][\w.-]{0,30}$")


def masked(text, exact=False):
    """The text with a name in place of what differs from run to run, and single spaces."""
    for form, name in [] if exact else VOLATILE:
        text = re.sub(form, name, text)
    return [re.sub(r"\s+", " ", line).strip() for line in text.strip("\n").splitlines()]


def pattern(expected, exact):
    """A regular expression for what a block of text says."""
    parts = []
    for line in masked(expected, exact):
        if line == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(".*?".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.compile("".join(parts))


def text_matches(expected, printed, exact=False):
    return pattern(expected, exact).fullmatch("\n".join(masked(printed, exact)) + "\n") is not None


def with_omissions(text):
    """JSON of a document as JSON: a `…` outside of quotation marks becomes a member or an item of that name."""
    written, open_brackets, quoted, skip = [], [], False, False
    for character in text:
        if skip:
            skip = False
        elif quoted:
            skip, quoted = character == "\\", character != '"'
        elif character == '"':
            quoted = True
        elif character in "{[":
            open_brackets.append(character)
        elif character in "}]" and open_brackets:
            open_brackets.pop()
        elif character == "…":
            character = '"…": 0' if open_brackets and open_brackets[-1] == "{" else '"…"'
        written.append(character)
    return "".join(written)


def kind(value):
    if isinstance(value, bool):
        return "a switch"
    return {dict: "an object", list: "a list", str: "a text", type(None): "null"}.get(type(value), "a number")


def differences(expected, actual, words=True, place="the answer"):
    """What differs between JSON of a document and JSON that was printed."""
    if expected == "…":
        return []
    if kind(expected) != kind(actual):
        return [f"{place} is {kind(actual)}, not {kind(expected)}"]
    if isinstance(expected, dict):
        found = [f"{place} has no {name}" for name in expected if name != "…" and name not in actual]
        if "…" not in expected:
            found += [f"{place} has {name} too" for name in actual if name not in expected]
        for name in expected.keys() & actual.keys():
            found += differences(expected[name], actual[name], words, f"{place}.{name}" if place != "the answer" else name)
        return found
    if isinstance(expected, list):
        items = [item for item in expected if item != "…"]
        found = [f"{place} is empty"] if items and not actual else []
        for number, (item, other) in enumerate(zip(items, actual)):
            found += differences(item, other, words, f"{place}[{number}]")
        return found
    is_word = isinstance(expected, str) and WORD.match(expected) and "…" not in expected and masked(expected) == [expected]
    if words and (isinstance(expected, bool) or is_word) and expected != actual:
        return [f"{place} is {json.dumps(actual, ensure_ascii=False)}, not {json.dumps(expected, ensure_ascii=False)}"]
    return []


def json_differences(expected, printed, words=True):
    """As `differences`, for texts of one JSON value, or of one a line."""
    wanted = values(with_omissions(expected))
    try:
        got = values(printed)
    except ValueError:
        return ["what was printed is no JSON"]
    if len(wanted) > len(got):
        return [f"{len(got)} values were printed, not {len(wanted)}"]
    return [line for one, other in zip(wanted, got) for line in differences(one, other, words)]


def values(text):
    decoder, found, position = json.JSONDecoder(), [], 0
    text = text.strip()
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        found.append(value)
        while position < len(text) and text[position].isspace():
            position += 1
    return found
