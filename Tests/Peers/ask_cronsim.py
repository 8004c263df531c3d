"""Answers the questions on standard input with cronsim, one JSON object a line."""

import json
import signal
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim

UTC = timezone.utc


class TooSlow(Exception):
    pass


def give_up(number, frame):
    raise TooSlow


def answer(question):
    # cronsim knows UTC by this object only.
    zone = UTC if question["timezone"] == "UTC" else ZoneInfo(question["timezone"])
    firings = []
    try:
        schedule = CronSim(question["expression"], datetime.fromisoformat(question["after"]).astimezone(zone))
        while len(firings) < question["count"]:
            firings.append(next(schedule).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except StopIteration:
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
