"""Reads an exposition with Prometheus' own client for Python, and writes each sample as a line of JSON.

    parse_metrics.py text|openmetrics FILE

The parser of OpenMetrics refuses what the specification forbids: repeated series, interleaved families, bounds that are not canonical, buckets
that fall, exemplars where none may be. A refusal ends with status 1 and the reason.
"""

import json
import math
import sys

from prometheus_client import openmetrics, parser
import prometheus_client.openmetrics.parser


def number(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value + 0.0)


def main():
    syntax, path = sys.argv[1:]
    # No line end but the line feed counts: label values may have others.
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    read = {"text": parser.text_string_to_metric_families, "openmetrics": openmetrics.parser.text_string_to_metric_families}[syntax]
    for family in read(text):
        for sample in family.samples:
            labels = {name: value for name, value in sample.labels.items() if value != ""}
            print(json.dumps({"name": sample.name, "labels": labels, "value": number(sample.value)}, sort_keys=True))


main()
