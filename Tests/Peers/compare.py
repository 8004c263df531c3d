"""Compares the answers of Hearth with those of other implementations and says of every difference what it is.

Nothing here knows particular questions. A reference that steps over the labels of the wall clock, with Python's own reading of the zone
files, decides whether Hearth is right. A difference counts as explained only if Hearth is, and if the peer's answer follows from a rule
that is named: the same reference under that rule gives it, or it departs from there only on the days of a change of the zone's offset,
or on those to which a named effect of such a change reaches.
"""

import argparse
import json
import sys
from bisect import bisect_left, bisect_right
from collections import namedtuple
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from questions import EPOCH, MONTHS, WEEKDAYS, iso, offset_at, transitions

DAY = 86400
# Minute, hour, day of the month, month, day of the week.
LIMITS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]

# How an expression may be read.
#   days            where one of two restricted day fields begins with a star: "refuse", or ask for "both" or "either"; or a peer's rule
#   lenient         accept what we refuse because it is read in several ways
#   joined          a plus before the day of the week asks for both day fields
#   same_is_all     a-a is the whole field
#   specials_alone  nW, d#n and dL make the other day field count for nothing, see `Schedule`
#   clamp           nW beyond the end of a month means its end
Reading = namedtuple("Reading", "days lenient joined same_is_all specials_alone clamp")
OURS = Reading("refuse", False, True, False, False, False)

# What to do with labels inside a gap ("skip", "after" it once, "later" by its size, "earlier" by its size) and with those that show twice.
Policy = namedtuple("Policy", "gap overlap")
FIXED, INTERVAL = Policy("after", "first"), Policy("skip", "both")

AMBIGUOUS = "`*/n` beside a restricted day"
ODD_STEP = "a step after one value or beyond its range"
WRAPPED = "a range that wraps around"
NEVER = "no such date in any year"

# What Hearth's message has to say.
REASONS = {AMBIGUOUS: "ambiguous", ODD_STEP: "step", WRAPPED: "ends before it begins", NEVER: "never fires"}


class Refused(Exception):
    """The reference does not accept the expression; the text says why."""


# The reference: reading


def value(text, index):
    names = MONTHS if index == 3 else WEEKDAYS if index == 4 else []
    if text.upper() in names:
        return names.index(text.upper()) + (1 if index == 3 else 0)
    number = int(text)
    if not LIMITS[index][0] <= number <= LIMITS[index][1]:
        raise ValueError(text)
    return number


def span(item, index, reading):
    """The numbers of `*`, `a` and `a-b`, with or without a step; 7 is still Sunday's second number."""
    base, slash, step = item.partition("/")
    step = int(step) if slash else 1
    low, high = LIMITS[index][0], 6 if index == 4 else LIMITS[index][1]
    if base == "*":
        first, last = low, high
    elif "-" in base:
        left, right = base.split("-")
        first, last = value(left, index), value(right, index)
        if index == 4 and last == 0 and right.isalpha() and first > 0:
            last = 7
        if first == last and reading.same_is_all:
            first, last = low, high
    else:
        first = last = value(base, index)
        if slash:
            if not reading.lenient:
                raise Refused(ODD_STEP)
            last = high
    if step == 0:
        raise Refused(ODD_STEP)
    if first > last:
        if not reading.lenient:
            raise Refused(WRAPPED)
        size = high - low + 1
        return [(number - low) % size + low for number in range(first, last + size + 1, step)]
    if step > 1 and step > last - first and not reading.lenient:
        raise Refused(ODD_STEP)
    return range(first, last + 1, step)


@lru_cache(maxsize=None)
def month_length(year, month):
    return ((date(year, month, 1) + timedelta(days=31)).replace(day=1) - date(year, month, 1)).days


def nearest_weekday(year, month, day):
    weekday = date(year, month, day).weekday()
    if weekday == 5:
        return day - 1 if day > 1 else 3
    if weekday == 6:
        return day + 1 if day < month_length(year, month) else day - 2
    return day


def month_day_rule(item, reading):
    """A test of (year, month, day), and whether the item is more than plain numbers."""
    text = item.upper()
    if text.startswith("L"):
        before, weekday = text[1:].removesuffix("W"), text.endswith("W")
        back = int(before[1:]) if before else 0

        def last(year, month, day):
            target = month_length(year, month) - back
            return target >= 1 and day == (nearest_weekday(year, month, target) if weekday else target)

        return last, weekday
    if text.endswith("W"):
        wanted = int(text[:-1])

        def nearest(year, month, day):
            length = month_length(year, month)
            if wanted > length and not reading.clamp:
                return False
            return day == nearest_weekday(year, month, min(wanted, length))

        return nearest, True
    days = frozenset(span(item, 2, reading))
    return (lambda year, month, day: day in days), False


def week_day_rule(item, reading):
    text = item.upper()
    if "#" in text or text.endswith("L"):
        name, _, ordinal = text.partition("#")
        if not ordinal:
            name, ordinal = text[:-1], "L"
        wanted = value(name, 4) % 7

        def nth(year, month, day):
            if date(year, month, day).isoweekday() % 7 != wanted:
                return False
            return day + 7 > month_length(year, month) if ordinal == "L" else (day + 6) // 7 == int(ordinal)

        return nth, True
    days = frozenset(number % 7 for number in span(item, 4, reading))
    return (lambda year, month, day: date(year, month, day).isoweekday() % 7 in days), False


class Schedule:
    """An expression as the reference reads it."""

    def __init__(self, expression, reading):
        minute, hour, month_day, month, week_day = expression.split()
        self.times = sorted(
            h * 3600 + m * 60
            for h in {h for item in hour.split(",") for h in span(item, 1, reading)}
            for m in {m for item in minute.split(",") for m in span(item, 0, reading)})
        self.months = {m for item in month.split(",") for m in span(item, 3, reading)}
        self.is_interval = minute.startswith("*") or hour.startswith("*")
        joined = week_day.startswith("+")
        week_day = week_day.removeprefix("+")
        by_month = [] if month_day in "*?" else [month_day_rule(item, reading) for item in month_day.split(",")]
        by_week = [] if week_day in "*?" else [week_day_rule(item, reading) for item in week_day.split(",")]
        self.by_month, self.by_week = [rule for rule, _ in by_month], [rule for rule, _ in by_week]
        self.either = not (joined and reading.joined)
        self.is_ambiguous = bool(by_month and by_week and self.either and (month_day.startswith("*") or week_day.startswith("*")))
        if self.is_ambiguous:
            if reading.days == "refuse":
                raise Refused(AMBIGUOUS)
            self.either = self.is_either(reading.days, month_day, week_day)
        self.gives_up = False
        if by_month and by_week and reading.specials_alone:
            specials = [any(is_special for _, is_special in rules) for rules in (by_month, by_week)]
            if any(specials):
                # The search is for both fields first, and its failure ends everything.
                self.either = False
                self.gives_up = not self.has_days()
                self.by_month, self.by_week = self.by_month if specials[0] else [], self.by_week if specials[1] else []
        if not self.gives_up and not self.has_days():
            raise Refused(NEVER)
        self.days_of = lru_cache(maxsize=None)(self.days_of)

    def is_either(self, rule, month_day, week_day):
        if rule == "robfig":
            # The star counts, but one that has a step is none.
            return not any(item in ("*", "*/1") for item in f"{month_day},{week_day}".split(","))
        if rule == "croniter":
            # The star does not count, but a field that leaves nothing out is a star if the other one has a star.
            whole_month = len({day for day in range(1, 32) if any(test(2000, 1, day) for test in self.by_month)}) == 31
            whole_week = len({day for day in range(1, 8) if any(test(2000, 1, day) for test in self.by_week)}) == 7
            return not (whole_month and "*" in week_day or whole_week and "*" in month_day)
        return rule == "either"

    def has_days(self):
        """Whether there is a day at all; twenty-eight years hold every shape of a year."""
        return any(self.days_of(year, month) for year in range(2000, 2028) for month in self.months)

    def days_of(self, year, month):
        return [day for day in range(1, month_length(year, month) + 1) if self.matches_day(year, month, day)]

    def matches_day(self, year, month, day):
        of_month = any(rule(year, month, day) for rule in self.by_month)
        of_week = any(rule(year, month, day) for rule in self.by_week)
        if self.by_month and self.by_week:
            return of_month or of_week if self.either else of_month and of_week
        return of_month or of_week or not (self.by_month or self.by_week)

    def labels(self, start):
        """All matching labels from `start` on, in seconds, for 120 years."""
        begin = EPOCH + timedelta(seconds=start)
        year, month = begin.year, begin.month
        while year < begin.year + 120:
            if month in self.months:
                for day in self.days_of(year, month):
                    midnight = (date(year, month, day) - EPOCH.date()).days * DAY
                    if midnight + DAY > start:
                        yield from (midnight + time for time in self.times if midnight + time >= start)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def matches(self, label):
        moment = EPOCH + timedelta(seconds=label)
        return moment.month in self.months and label % DAY in self.times and self.matches_day(moment.year, moment.month, moment.day)


@lru_cache(maxsize=None)
def schedule_of(expression, reading):
    """A schedule, or the reason for refusing it."""
    try:
        return Schedule(expression, reading)
    except Refused as refusal:
        return str(refusal)


# The reference: firing


class Zone:
    def __init__(self, name):
        self.zone = ZoneInfo(name)
        self.changes = transitions(name)
        self.instants = [at for at, _, _ in self.changes]
        offsets = {offset for change in self.changes for offset in change[1:]} or {offset_at(self.zone, 0)}
        self.smallest, self.largest = min(offsets), max(offsets)

    def offset(self, second):
        return offset_at(self.zone, second)

    def instants_of(self, label, policy):
        """When a wall clock's label fires."""
        moment = (EPOCH + timedelta(seconds=label)).replace(tzinfo=self.zone)
        first, second = (label - int(moment.replace(fold=fold).utcoffset().total_seconds()) for fold in (0, 1))
        if first == second:
            return [first]
        if first < second:  # It shows twice.
            return {"first": [first], "second": [second], "both": [first, second]}[policy.overlap]
        # It does not show: reckoned with the offset before, it lies behind the gap, with the one after it, before.
        if policy.gap == "after":
            return [self.instants[bisect_right(self.instants, first) - 1]]
        return {"skip": [], "later": [first], "earlier": [second]}[policy.gap]

    def changes_between(self, first, last):
        return self.changes[bisect_left(self.instants, first) : bisect_right(self.instants, last)]

    def day_of(self, second):
        return (second + self.offset(second)) // DAY

    def changes_on_day_of(self, second):
        """Changes on the local day of an instant; the days that a change skips count."""
        day = self.day_of(second)
        found = []
        for at, before, after in self.changes_between(second - 3 * DAY, second + 3 * DAY):
            first, last = sorted([(at - 1 + before) // DAY, (at + after) // DAY])
            if first <= day <= last:
                found.append((at, before, after))
        return found

    def missing_midnight(self, change):
        """The day that begins inside a gap, or None."""
        at, before, after = change
        day = (at + after - 1) // DAY
        return day if at + before <= day * DAY < at + after else None


@lru_cache(maxsize=None)
def zone_of(name):
    return Zone(name)


def firings(schedule, zone, after, count, policy):
    """The first firings later than `after`, found label by label."""
    found = set()
    for label in schedule.labels(after + zone.smallest):
        # No later label can fire before this.
        if len(found) >= count and sorted(found)[count - 1] <= label - zone.largest - 1:
            break
        found.update(instant for instant in zone.instants_of(label, policy) if instant > after)
    return sorted(found)[:count]


def own_policy(schedule):
    return INTERVAL if schedule.is_interval else FIXED


class Question:
    def __init__(self, line):
        asked = json.loads(line)
        self.line = line.strip()
        self.expression, self.name, self.count = asked["expression"], asked["timezone"], asked["count"]
        self.dialect = asked.get("dialect")
        self.after = seconds(asked["after"])
        self.zone = zone_of(self.name)
        self.reading = OURS._replace(days={None: "refuse", "vixie": "both", "ocps": "either"}[self.dialect])
        self.known = {}

    def reference(self, reading=None, policy=None):
        """Instants, or the reason why the expression is refused."""
        schedule = schedule_of(self.expression, reading or self.reading)
        if isinstance(schedule, str):
            return schedule
        if schedule.gives_up:
            return []
        key = (schedule, policy or own_policy(schedule))
        if key not in self.known:
            self.known[key] = firings(schedule, self.zone, self.after, self.count, key[1])
        return self.known[key]

    def example(self):
        dialect = f" ({self.dialect})" if self.dialect else ""
        return f"{self.expression}{dialect}  {self.name}  {iso(self.after)}"


def seconds(text):
    return int((datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") - EPOCH).total_seconds())


def read_answer(line):
    """A list of instants, or an error's text."""
    answer = json.loads(line)
    if "error" in answer:
        return answer["error"]
    return [seconds(text) for text in answer["next"]]


# What is known of the peers


def has_far_extension(month_day, week_day):
    """Extensions that only Hearth knows."""
    names = any(item[:-1] in WEEKDAYS and item.endswith("L") for item in week_day.split(","))
    return "L-" in month_day or "W," in month_day or "#L" in week_day or names


# How a peer reads what we read otherwise or not at all, how many years it looks ahead, and the spellings that it does not know: a name
# and a test of the day of the month and the day of the week.
Peer = namedtuple("Peer", "reading years unknown")
PEERS = {
    "croniter": Peer(OURS._replace(days="croniter", lenient=True, same_is_all=True, specials_alone=True, clamp=True), 50, [
        ("L-n, LW, d#L, FRIL, W in a list", lambda month_day, week_day: has_far_extension(month_day, week_day) or "LW" in month_day),
        ("d#n beside a plain day", lambda month_day, week_day: "#" in week_day and "," in week_day),
        ("+ before the day of the week", lambda month_day, week_day: week_day.startswith("+")),
    ]),
    "cronsim": Peer(OURS._replace(days="both", lenient=True), 50, [
        ("L-n, nW, d#L, FRIL", lambda month_day, week_day: has_far_extension(month_day, week_day) or "W" in month_day.replace("LW", "")),
        ("?", lambda month_day, week_day: "?" in month_day + week_day),
        ("FRI-SUN", lambda month_day, week_day: week_day.endswith("-SUN")),
        ("+ before the day of the week", lambda month_day, week_day: week_day.startswith("+")),
    ]),
    "robfig/cron": Peer(OURS._replace(days="robfig", lenient=True, joined=False), 5, [
        ("L, W and #", lambda month_day, week_day: "L" in month_day or "W" in month_day or "#" in week_day or week_day.endswith("L")),
        ("Sunday as 7, FRI-SUN", lambda month_day, week_day: "7" in week_day.partition("/")[0] or week_day.endswith("-SUN")),
        ("+ before the day of the week", lambda month_day, week_day: week_day.startswith("+")),
    ]),
}

READING_WORDS = {
    "same_is_all": "reads a-a as the whole field",
    "specials_alone": "lets nW, d#n and dL silence the other day field",
    "clamp": "takes 31W for the last weekday of a shorter month",
    "joined": "reads + as a sign: one day field is enough",
}

GAP_WORDS = {
    "skip": "skips labels inside a gap; we fire once after it",
    "after": "makes up for an interval job's labels inside a gap",
    "later": "fires labels inside a gap later by its size",
    "earlier": "fires labels inside a gap earlier by its size",
}
OVERLAP_WORDS = {
    "both": "fires labels of an overlap twice; we fire once",
    "first": "fires an interval job in the first pass of an overlap only",
    "second": "fires in the second pass of an overlap only",
}


# Differences


def daylight(question, given, reading):
    """What a peer that reads an expression so does about changes of the offset, or None where the difference lies elsewhere."""
    schedule = schedule_of(question.expression, reading)
    expected = question.reference(reading)
    if isinstance(schedule, str) or not expected or not given:
        return None
    zone, after, own = question.zone, question.after, own_policy(schedule)
    # Of several rules that give the answer, the one nearest to ours.
    rules = sorted(product(GAP_WORDS, OVERLAP_WORDS), key=lambda rule: (rule[0] != own.gap) + (rule[1] != own.overlap))
    for gap, overlap in rules:
        if question.reference(reading, Policy(gap, overlap)) == given:
            words = [GAP_WORDS[gap]] if gap != own.gap else []
            words += [OVERLAP_WORDS[overlap]] if overlap != own.overlap else []
            return " and ".join(words) or "as we do"
    # Whoever keeps the label only and not the instant sees the first pass when asked in the second one.
    for at, before, behind in zone.changes_on_day_of(after):
        if at <= after < at + before - behind and firings(schedule, zone, after - (before - behind), question.count, own) == given:
            return "asked in the second pass of an overlap, answers with the past"

    # Up to where both answers tell: what is missing, and what is too much.
    end = min(expected[-1], given[-1])
    missing, extra = {at for at in expected if at <= end} - set(given), {at for at in given if at <= end} - set(expected)
    if given != sorted(set(given)) or given[0] <= after or not missing | extra:
        return None
    if not extra and all(missing_midnights_before(zone, after, at) for at in missing):
        return "carries 01:00 on from a missing midnight and misses labels before"
    touched = set()
    for instant in missing | extra:
        changes = zone.changes_on_day_of(instant)
        if instant in missing:
            changes = changes or odd_changes_before(zone, after, instant, expected) or missing_midnights_before(zone, after, instant)
        if not changes:
            return None
        touched.update(changes)
    if not all((behind - before) % 3600 == 0 for _, before, behind in touched):
        return "fires beside the labels about a change that is not whole hours" if extra else ODD_CHANGE
    if not extra and all(zone.missing_midnight(change) is not None for change in touched):
        return "loses a day whose midnight falls into a gap"
    stray = any(not schedule.matches(at + zone.offset(at)) for at in extra)
    what = "fires where no label matches" if stray else "moves labels" if extra else "drops labels"
    return f"{what} on the day of {'a gap' if any(behind > before for _, before, behind in touched) else 'an overlap'}"


ODD_CHANGE = "steps by hours and misses labels after a change that is not whole hours"


def missing_midnights_before(zone, after, instant):
    """Changes due to which a search by months, begun at or led past a first of the month without midnight, comes too late to a firing."""
    found = []
    for change in zone.changes_between(after - 31 * DAY, instant):
        day = zone.missing_midnight(change)
        if day is not None and moment(day * DAY).day == 1 and (instant + zone.offset(instant)) % DAY < change[2] - change[1]:
            found.append(change)
    return found


def odd_changes_before(zone, after, instant, expected):
    """Changes that are not whole hours and due to which a search by hours comes too late to a firing.

    Such a change puts the search beside the full hours, and there it stays through all days without a firing; so only the first day with
    one can suffer. The search may begin at the midnight before `after`.
    """
    found = []
    for change in zone.changes_between(after - DAY, instant):
        at, before, behind = change
        first = next((firing for firing in expected if firing > at), None)
        if (behind - before) % 3600 != 0 and first and zone.day_of(instant) == zone.day_of(first):
            found.append(change)
    return found


def differing_words(question, peer):
    """What in a peer's reading makes a difference to this expression or would if we accepted it, in words."""
    words = []
    base = question.reading._replace(lenient=True)
    if base.days == "refuse":
        base = base._replace(days=peer.reading.days)
    for field, text in READING_WORDS.items():
        wanted = getattr(peer.reading, field)
        if wanted != getattr(base, field) and question.reference(base._replace(**{field: wanted})) != question.reference(base):
            words.append(text)
    return words


def explain(name, question, given):
    """The class of a difference, "same" where there is none, and None where there is no explanation."""
    peer, reference = PEERS[name], question.reference()
    refused = isinstance(reference, str)
    if given == reference or refused and isinstance(given, str):
        return "same"
    fields = question.expression.upper().split()
    if given == "TooSlow":
        # Adding days to a local date never gets past one that does not exist.
        last = reference[-1] if reference and not refused else question.after + 366 * DAY
        skips = any(behind - before >= DAY for _, before, behind in question.zone.changes_between(question.after, last))
        return "never returns: a day is missing ahead" if skips else None
    if isinstance(given, str):
        return next((f"does not know {words}" for words, test in peer.unknown if test(fields[2], fields[4])), None)

    theirs = question.reference(peer.reading)
    if isinstance(theirs, str):
        # Even read so, it never fires.
        return None if given else "accepts a schedule that never fires"
    change = "as we do" if given == theirs else daylight(question, given, peer.reading)
    if change is None and given == theirs[: len(given)]:
        last = (given or [question.after])[-1]
        if moment(theirs[len(given)]).year - moment(last).year > peer.years:
            change = f"stops looking after {peer.years} years"
    if refused:
        if reference == AMBIGUOUS:
            how = "either" if schedule_of(question.expression, peer.reading).either else "both"
            return f"we refuse on purpose: {reference}; it wants {how}" if change else None
        if change is None and reference == WRAPPED and "/" in question.expression:
            return f"we refuse on purpose: {reference}; its steps differ"
        return f"we refuse on purpose: {reference}" if change else None
    if change is None:
        return None
    schedule = schedule_of(question.expression, peer.reading)
    if schedule.is_ambiguous and schedule.either != schedule_of(question.expression, question.reading).either:
        return f"{AMBIGUOUS}: it has one reading, we were asked for the other"
    words = differing_words(question, peer)
    return words[0] if words else change


def moment(second):
    return EPOCH + timedelta(seconds=second)


def show(answer):
    return answer if isinstance(answer, str) else " ".join(map(iso, answer)) or "nothing"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("questions")
    parser.add_argument("hearth")
    parser.add_argument("peers", nargs="+", help="name:version=file")
    options = parser.parse_args()
    questions = [Question(line) for line in open(options.questions)]

    def answers(path):
        read = [read_answer(line) for line in open(path)]
        if len(read) != len(questions):
            sys.exit(f"{path} has {len(read)} answers to {len(questions)} questions.")
        return read

    ours = answers(options.hearth)
    faults = []
    for question, answer in zip(questions, ours):
        reference = question.reference()
        if isinstance(reference, str) and isinstance(answer, str):
            question.is_fault = REASONS[reference] not in answer
        else:
            question.is_fault = answer != reference
        if question.is_fault:
            faults.append((question, answer, reference))
    near = sum(1 for q in questions if any(abs(q.after - at) <= 7200 for at in q.zone.instants))
    zones = len({question.name for question in questions})
    print(f"{len(questions)} questions in {zones} zones, {near} of them within two hours of a change of the offset")
    print(f"Hearth answers {len(questions) - len(faults)} of them as the reference does")

    unexplained = []
    for peer in options.peers:
        title, _, path = peer.partition("=")
        name, _, version = title.partition(":")
        classes = {}
        for question, our, given in zip(questions, ours, answers(path)):
            words = "Hearth is at fault, see below" if question.is_fault else explain(name, question, given)
            if words is None:
                words = "UNEXPLAINED"
                unexplained.append((name, question, our, given))
            classes.setdefault(words, []).append(question)
        same = classes.pop("same", [])
        both = sum(1 for question in same if isinstance(question.reference(), str))
        print(f"\n{name} {version}: {len(questions)} questions, {len(same)} the same ({both} of them refused by both)")
        for words, found in sorted(classes.items(), key=lambda entry: -len(entry[1])):
            print(f"{len(found):6}  {words:78}  {min(found, key=lambda q: len(q.expression)).example()}")

    for question, answer, reference in faults[:10]:
        print(f"\nA FAULT OF HEARTH: {question.line}\n  Hearth     {show(answer)}\n  reference  {show(reference)}")
    for name, question, answer, given in unexplained[:10]:
        print(f"\nUNEXPLAINED: {question.line}\n  Hearth     {show(answer)}\n  {name:9}  {show(given)}")
    if faults or unexplained:
        print(f"\n{len(faults)} faults of Hearth, {len(unexplained)} differences unexplained", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
