"""Answers the questions on standard input with croniter, one JSON object a line."""

import json
import re
import signal
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

UTC = timezone.utc


class TooSlow(Exception):
    pass


def give_up(number, frame):
    raise TooSlow


def spelled(expression):
    """The last Friday is 5L everywhere but here, where it is L5."""
    return re.sub(r" ([0-7])[Ll]$", r" L\1", expression)


def answer(question):
    start = datetime.fromisoformat(question["after"]).astimezone(ZoneInfo(question["timezone"]))
    firings = []
    try:
        schedule = croniter(spelled(question["expression"]), start, ret_type=datetime)
        while len(firings) < question["count"]:
            firings.append(schedule.get_next().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except CroniterBadDateError:
        pass  # It has looked 50 years ahead; what it found is its answer.
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"next": firings}


signal.signal(signal.SIGALRM, give_up)
for line in sys.stdin:
    signal.setitimer(signal.ITIMER_REAL, 5)
    reply = answer(json.loads(line))
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps(reply))
