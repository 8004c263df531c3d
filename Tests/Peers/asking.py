"""What the Python crons share: questions from standard input, one JSON answer a line, five seconds each."""

import json
import signal
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc


class TooSlow(Exception):
    pass


def give_up(number, frame):
    raise TooSlow


def answer(question, firings_after, exhausted):
    # cronsim knows UTC by this object only.
    zone = UTC if question["timezone"] == "UTC" else ZoneInfo(question["timezone"])
    firings = []
    try:
        following = firings_after(question["expression"], datetime.fromisoformat(question["after"]).astimezone(zone))
        while len(firings) < question["count"]:
            firings.append(following().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except exhausted:
        pass  # It has looked 50 years ahead; what it found is its answer.
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"next": firings}


def serve(firings_after, exhausted):
    """`firings_after(expression, start)` gives a function that returns the next firing and raises `exhausted` where it gives up."""
    signal.signal(signal.SIGALRM, give_up)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, 5)
        reply = answer(json.loads(line), firings_after, exhausted)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps(reply))
