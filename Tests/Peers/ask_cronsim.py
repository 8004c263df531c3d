"""Answers the questions on standard input with cronsim, one JSON object a line."""

from cronsim import CronSim

import asking

asking.serve(lambda expression, start: CronSim(expression, start).__next__, StopIteration)
