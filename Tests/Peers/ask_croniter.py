"""Answers the questions on standard input with croniter, one JSON object a line."""

import re
from datetime import datetime

from croniter import CroniterBadDateError, croniter

import asking


def spelled(expression):
    """The last Friday is 5L everywhere but here, where it is L5."""
    return re.sub(r" ([0-7])[Ll]$", r" L\1", expression)


asking.serve(lambda expression, start: croniter(spelled(expression), start, ret_type=datetime).get_next, CroniterBadDateError)
