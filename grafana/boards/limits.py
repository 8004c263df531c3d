"""The numbers of thresholds.json, where those of the alerts are written once for all boards."""

import json
from pathlib import Path

_all = json.loads((Path(__file__).parent.parent / "thresholds.json").read_text(encoding="utf-8"))
_alerts = _all["alerts"]

HIT_RATE_AIM = _all["objectives"]["cache hit rate"]
BUDGET_SPENT = _all["objectives"]["the budget is spent"]
ANY_ALERT = _all["objectives"]["an alert fires"]
WHOLE_ALLOWANCE = _all["objectives"]["the whole allowance"]
# For alerts on more than 0: counts that Prometheus extrapolates are no integers.
ANY = _all["steps"]["more than none"]


def limit(alert, position=0):
    """Where an alert begins to fire."""
    return _alerts[alert]["values"][position]


def literal(alert, position=0):
    """A number of an alert that is compared with no constant."""
    return _alerts[alert]["literals"][position]


def budget(alert):
    """The share of bad events that an objective allows."""
    return _alerts[alert]["budget"]


def factors(alert):
    """How many times faster than allowed the budget is used, from the page down to the ticket."""
    return _alerts[alert]["factors"]
