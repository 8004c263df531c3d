"""Writes questions about schedules, one JSON object a line; the same seed gives the same questions.

Half of the instants lie within two hours of a change of the zone's offset, and most schedules there are made to fire about then:
a question drawn evenly from 28 years would hardly ever meet one.
"""

import argparse
import json
import random
from bisect import bisect_left
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)
FIRST = int(datetime(2010, 1, 1, tzinfo=timezone.utc).timestamp())
LAST = int(datetime(2038, 1, 1, tzinfo=timezone.utc).timestamp()) - 1
AFTER_2096 = int(datetime(2096, 3, 2, tzinfo=timezone.utc).timestamp())

ZONES = [
    "UTC", "Asia/Kathmandu",  # without changes, whole and odd offset
    "Europe/Athens", "Europe/London", "Europe/Dublin",  # Dublin saves in winter, by less than nothing
    "America/New_York", "America/Santiago", "America/Sao_Paulo", "America/Nuuk", "Atlantic/Azores",  # some change at midnight
    "Africa/Cairo", "Africa/Casablanca",  # pauses in Ramadan
    "Asia/Tehran", "Asia/Pyongyang", "America/Caracas",  # changes of the standard time by 30 minutes
    "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia",  # 30 minutes, 2 hours, a whole day
]

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()


def offset_at(zone, second):
    """Seconds that clocks in the zone are ahead of UTC."""
    return int(datetime.fromtimestamp(second, zone).utcoffset().total_seconds())


@lru_cache(maxsize=None)
def transitions(name):
    """(instant, offset before, offset after) of every change from 2009 to 2129, ascending; no two are within six hours."""
    zone, changes, step = ZoneInfo(name), [], 6 * 3600
    low, before = FIRST - 366 * 86400, None
    before = offset_at(zone, low)
    while low < FIRST + 120 * 366 * 86400:
        high = low + step
        after = offset_at(zone, high)
        if after != before:
            left, right = low, high
            while right - left > 1:
                middle = (left + right) // 2
                if offset_at(zone, middle) == before:
                    left = middle
                else:
                    right = middle
            changes.append((right, before, after))
        low, before = high, after
    return changes


def iso(second):
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, **weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    # Fields

    def numbers(self, low, high):
        """One item of plain numbers: a value, a range, a range with a step."""
        draw = self.random
        first = draw.randint(low, high)
        kind = self.pick(value=6, range=3, stepped=2)
        if kind == "value" or first == high:
            return str(first)
        last = draw.randint(first + 1, high)
        if kind == "range":
            return f"{first}-{last}"
        return f"{first}-{last}/{draw.randint(1, max(1, (last - first) // 2))}"

    def field(self, low, high, star=4, step=3):
        draw = self.random
        kind = self.pick(star=star, step=step, one=8, list=4, whole=1, same=0.1, starred=0.3)
        if kind == "star":
            return "*"
        if kind == "step":
            return f"*/{draw.choice([n for n in (1, 2, 3, 4, 5, 6, 7, 10, 12, 15, 20, 30) if n <= (high - low) // 2])}"
        if kind == "one":
            return self.numbers(low, high)
        if kind == "list":
            return ",".join(self.numbers(low, high) for _ in range(draw.randint(2, 4)))
        if kind == "whole":
            return f"{low}-{high}"
        if kind == "same":
            value = draw.randint(low, high)
            return f"{value}-{value}"
        return f"*/{draw.randint(2, (high - low) // 2)},{draw.randint(low, high)}"

    def month(self):
        draw = self.random
        kind = self.pick(star=12, number=4, name=2, names=1, range=1, step=1)
        if kind == "star":
            return "*"
        if kind == "number":
            return self.field(1, 12, star=0, step=1)
        if kind == "name":
            return draw.choice(MONTHS).title()
        if kind == "names":
            return ",".join(draw.sample(MONTHS, draw.randint(2, 3)))
        if kind == "step":
            return f"*/{draw.randint(2, 6)}"
        first, last = sorted(draw.sample(range(12), 2))
        return f"{MONTHS[first]}-{MONTHS[last]}"

    def day_of_month(self):
        return self.field(1, 31, star=0, step=0).replace("*/", "1-31/")

    def day_of_week(self):
        draw = self.random
        kind = self.pick(number=6, seven=1, name=3, names=2, range=2, sunday=1)
        if kind == "number":
            return self.field(0, 6, star=0, step=0).replace("*/", "0-6/")
        if kind == "seven":
            return draw.choice(["7", "1-7", "5-7", "0,7", "6,7", "0-7", "3-7/2"])
        if kind == "name":
            return draw.choice(WEEKDAYS)
        if kind == "names":
            return ",".join(draw.sample(WEEKDAYS, draw.randint(2, 3))).lower()
        if kind == "sunday":
            return f"{draw.choice(WEEKDAYS[1:])}-SUN"
        first, last = sorted(draw.sample(range(7), 2))
        return f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"

    def days(self):
        """Both day fields and the dialect to ask for, or None."""
        draw = self.random
        kind = self.pick(none=30, month=14, week=16, both=10, stepped=6, ambiguous=7, feature=16, joined=1.5)
        if kind == "none":
            return "*", "*", None
        if kind == "month":
            return self.day_of_month(), self.star(), None
        if kind == "week":
            return self.star(), self.day_of_week(), None
        if kind == "both":
            return self.day_of_month(), self.day_of_week(), None
        if kind == "joined":
            return self.day_of_month(), "+" + self.day_of_week(), None
        if kind == "stepped":
            return (f"*/{draw.randint(1, 15)}", "*", None) if draw.random() < 0.6 else ("*", f"*/{draw.randint(1, 3)}", None)
        if kind == "ambiguous":
            dialect = draw.choice([None, None, "vixie", "ocps"])
            if draw.random() < 0.7:
                return f"*/{draw.choice([1, 2, 3, 5, 7, 10])}", self.day_of_week(), dialect
            return self.day_of_month(), f"*/{draw.randint(1, 3)}", dialect
        return (*self.features(), None)

    def features(self):
        draw = self.random
        weekday = draw.choice([str(draw.randint(0, 7)), draw.choice(WEEKDAYS)])
        month_day = draw.choice([
            "L", "L", "l", f"{draw.randint(1, 31)}W", f"{draw.randint(1, 31)}W", "LW", f"L-{draw.randint(1, 27)}", "1W,15W", "15,L",
            f"L-{draw.randint(1, 5)}W"])
        week_day = draw.choice([
            f"{weekday}#{draw.randint(1, 5)}", f"{weekday}#{draw.randint(1, 5)}", f"{draw.randint(0, 7)}L", f"{draw.randint(0, 7)}L",
            f"{draw.choice(WEEKDAYS)}L", f"{weekday}#L", f"{draw.randint(0, 6)}#1,{draw.randint(0, 6)}#3", f"1,{draw.randint(2, 6)}#2"])
        kind = self.pick(month=6, week=6, both=1, beside=2)
        if kind == "month":
            return month_day, self.star()
        if kind == "week":
            return self.star(), week_day
        if kind == "both":
            return month_day, week_day
        return (month_day, self.day_of_week()) if draw.random() < 0.5 else (self.day_of_month(), week_day)

    def star(self):
        return "?" if self.random.random() < 0.1 else "*"

    # Expressions

    def times(self, label):
        """Minute and hour fields; about the time that the label shows, if there is one."""
        draw = self.random
        if label is None or draw.random() < 0.2:
            return self.field(0, 59), self.field(0, 23)
        moments = [label + timedelta(minutes=draw.randint(-90, 90)) for _ in range(3)]
        minute = self.pick(near=6, zero=3, any=3)
        if minute == "near":
            minute = ",".join(sorted({str(moment.minute) for moment in moments[: draw.randint(1, 2)]}, key=int))
        else:
            minute = draw.choice(["0", "30"]) if minute == "zero" else self.field(0, 59)
        hour = self.pick(near=8, range=3, any=3)
        hours = sorted({moment.hour for moment in moments})
        if hour == "near":
            hour = ",".join(str(value) for value in hours[: draw.randint(1, 3)])
        elif hour == "range" and len(hours) > 1:
            hour = f"{hours[0]}-{hours[-1]}"
        else:
            hour = self.field(0, 23, star=6, step=6)
        return minute, hour

    def refused(self, fields):
        """What crons read differently, and schedules without dates."""
        draw = self.random
        kind = self.pick(step=3, wrap=3, large=2, zero=0.5, impossible=2)
        if kind == "step":
            if draw.random() < 0.5:
                fields[0] = f"{draw.randint(0, 29)}/{draw.choice([5, 10, 15, 20])}"
            else:
                fields[1] = f"{draw.randint(0, 11)}/{draw.choice([2, 3, 6])}"
        elif kind == "wrap":
            index, text = draw.choice([(1, "22-2"), (1, "20-4/3"), (0, "50-10"), (3, "NOV-FEB"), (4, "FRI-MON"), (4, "6-1")])
            fields[index] = text
        elif kind == "large":
            index, text = draw.choice([(0, "*/60"), (0, "*/90"), (1, "*/24"), (0, "10-20/15"), (3, "*/12"), (4, "*/7")])
            fields[index] = text
        elif kind == "zero":
            fields[0] = "*/0"
        else:
            fields[2:] = draw.choice([["31", "2", "*"], ["30", "FEB", "*"], ["31", "4,6,9,11", "*"], ["30W", "2", "*"], ["L-29", "2", "*"]])
        return fields

    def rare(self, fields):
        draw = self.random
        fields[2:] = draw.choice([
            ["29", "2", "*"], ["29", "FEB", "?"], ["29", "2", "+1"], ["31", "*/2", "*"], ["*", "2", "MON#5"], ["30,31", "2,4", "*"],
            ["31W", "*", "*"], ["L-28", "2", "*"]])
        return fields

    def question(self):
        draw = self.random
        label = None
        if draw.random() < 0.5:
            name = draw.choice([name for name in ZONES if self.changes(name)])
            at, before, after = draw.choice(self.changes(name))
            second = min(max(at + draw.choice([draw.randint(-7200, 7200), 60 * draw.randint(-120, 120)]), FIRST), LAST)
            label = EPOCH + timedelta(seconds=at + draw.choice([before, after]))
        else:
            name = draw.choice(ZONES)
            second = draw.randint(FIRST, LAST)
            if draw.random() < 0.5:
                second -= second % 60
        day_of_month, day_of_week, dialect = self.days() if label is None or draw.random() < 0.6 else ("*", "*", None)
        fields = [*self.times(label), day_of_month, self.month() if label is None or draw.random() < 0.2 else "*", day_of_week]
        kind = self.pick(plain=92, refused=5, rare=3)
        if kind != "plain":
            fields, dialect = (self.refused(fields) if kind == "refused" else self.rare(fields)), None
        if kind == "rare" and draw.random() < 0.3:
            # 2100 is no leap year.
            second = AFTER_2096 + draw.randint(0, 200 * 86400)
        question = {"expression": " ".join(fields), "timezone": name, "after": iso(second), "count": 3}
        if dialect:
            question["dialect"] = dialect
        return question

    @staticmethod
    @lru_cache(maxsize=None)
    def changes(name):
        changes = transitions(name)
        return changes[bisect_left(changes, (FIRST + 7200,)) : bisect_left(changes, (LAST - 7200,))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = Generator(options.seed)
    for _ in range(options.count):
        print(json.dumps(generator.question()))


if __name__ == "__main__":
    main()
