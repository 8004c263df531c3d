"""Panels as Grafana 11 writes them, reduced to what differs from its defaults.

A panel says what it shows, what good looks like and what to do otherwise; it names the alerts whose numbers it draws, and leads to their
runbooks. Where it may rightly be empty, it says why instead of "No data".
"""

# Where the runbooks can be read, as in the rules.
RUNBOOKS = "https://hearth.example/runbooks/"

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
RED, YELLOW, GREEN, BLUE = "red", "yellow", "green", "blue"


def target(expression, legend="", ref="A", instant=False, format="time_series", exemplar=False):
    return {
        "datasource": SOURCE,
        "editorMode": "code",
        "exemplar": exemplar,
        "expr": expression,
        "format": format,
        "instant": instant,
        "legendFormat": legend,
        "range": not instant,
        "refId": ref,
    }


def targets(*pairs, **options):
    """One target for each (expression, legend)."""
    return [target(expression, legend, chr(ord("A") + position), **options) for position, (expression, legend) in enumerate(pairs)]


def steps(first, *rest):
    """The first colour from the bottom, then (value, colour) ascending."""
    found = [{"color": first, "value": None}]
    return {"mode": "absolute", "steps": found + [{"color": color, "value": value} for value, color in rest]}


def above(limit):
    return steps(GREEN, (limit, RED))


def mapping(**names):
    """Of values to (text, colour): mapping(_0=("down", RED))."""
    options = {
        key.lstrip("_"): {"color": color, "index": position, "text": text}
        for position, (key, (text, color)) in enumerate(names.items())
    }
    return [{"options": options, "type": "value"}]


BREAKER = mapping(_0=("closed", GREEN), _1=("half open", YELLOW), _2=("open", RED))


def _describe(shows, good, otherwise, alerts):
    text = f"{shows} Good: {good} Otherwise: {otherwise}"
    if alerts:
        text += f" {'Alert' if len(alerts) == 1 else 'Alerts'}: {', '.join(alerts)}."
    return text


def _runbooks(alerts):
    return [{"targetBlank": True, "title": f"Runbook: {alert}", "url": f"{RUNBOOKS}{alert}.md"} for alert in alerts]


def _panel(kind, number, title, queries, texts, unit, size, defaults, options, alerts=(), empty=None, **more):
    if empty:
        defaults = {**defaults, "noValue": empty}
    if alerts:
        more["links"] = _runbooks(alerts)
    return {
        "datasource": SOURCE,
        "description": _describe(*texts, alerts),
        "fieldConfig": {"defaults": {"unit": unit, **defaults}, "overrides": more.pop("overrides", [])},
        "gridPos": {"h": size[1], "w": size[0]},
        "id": number,
        "options": options,
        "targets": queries,
        "title": title,
        "type": kind,
        **more,
    }


def stat(number, title, queries, texts, unit, thresholds=None, size=(4, 5), text="auto", graph="area", **more):
    defaults = {"color": {"mode": "thresholds"}, "thresholds": thresholds or steps(BLUE)}
    if "mappings" in more:
        defaults["mappings"] = more.pop("mappings")
    options = {
        "colorMode": "value",
        "graphMode": graph,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": text,
    }
    return _panel("stat", number, title, queries, texts, unit, size, defaults, options, **more)


def lines(number, title, queries, texts, unit, thresholds=None, size=(8, 8), stacked=False, least=0, most=None, **more):
    """A time series; thresholds are drawn as lines across it."""
    custom = {"fillOpacity": 30 if stacked else 8, "lineWidth": 1, "showPoints": "never", "spanNulls": False}
    if stacked:
        custom["stacking"] = {"group": "A", "mode": "normal"}
    defaults = {"custom": custom}
    if thresholds:
        custom["thresholdsStyle"] = {"mode": "dashed"}
        defaults["thresholds"] = thresholds
    if least is not None:
        defaults["min"] = least
    if most is not None:
        defaults["max"] = most
    options = {
        "legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return _panel("timeseries", number, title, queries, texts, unit, size, defaults, options, **more)


def heatmap(number, title, expression, texts, unit, size=(12, 8), exemplar=False, **more):
    """How many events fell into each bucket; the unit is that of the buckets."""
    options = {
        "calculate": False,
        "cellValues": {"unit": "ops"},
        "color": {"exponent": 0.5, "mode": "scheme", "scheme": "Oranges", "steps": 64},
        "exemplars": {"color": "rgba(0,120,255,0.8)"},
        "filterValues": {"le": 1e-9},
        "rowsFrame": {"layout": "le"},
        "tooltip": {"mode": "single", "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "unit": unit},
    }
    queries = [target(expression, "{{le}}", format="heatmap", exemplar=exemplar)]
    return _panel("heatmap", number, title, queries, texts, unit, size, {}, options, **more)


def timeline(number, title, queries, texts, mappings, size=(8, 6), **more):
    """Which state held when."""
    defaults = {
        "color": {"mode": "thresholds"},
        "custom": {"fillOpacity": 70, "lineWidth": 0},
        "mappings": mappings,
        "thresholds": steps(GREEN),
    }
    options = {"legend": {"showLegend": False}, "mergeValues": True, "rowHeight": 0.8, "showValue": "auto"}
    return _panel("state-timeline", number, title, queries, texts, "none", size, defaults, options, **more)


def table(number, title, columns, texts, by, size=(24, 9), **more):
    """One line for each value of a label; columns are (title, expression, unit, thresholds or None)."""
    queries, overrides, order = [], [], {by: 0}
    for position, (name, expression, unit, thresholds) in enumerate(columns):
        ref = chr(ord("A") + position)
        queries.append(target(expression, "", ref, instant=True, format="table"))
        order[f"Value #{ref}"] = position + 1
        properties = [{"id": "displayName", "value": name}, {"id": "unit", "value": unit}]
        if thresholds:
            properties.append({"id": "thresholds", "value": thresholds})
            properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
        overrides.append({"matcher": {"id": "byName", "options": f"Value #{ref}"}, "properties": properties})
    transformations = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": {"Time": True}, "indexByName": order, "renameByName": {}}},
    ]
    options = {"cellHeight": "sm", "footer": {"show": False}, "showHeader": True}
    defaults = {"custom": {"align": "auto"}}
    return _panel(
        "table", number, title, queries, texts, "none", size, defaults, options, overrides=overrides, transformations=transformations, **more
    )


def text(number, title, content, size=(24, 4)):
    return {
        "gridPos": {"h": size[1], "w": size[0]},
        "id": number,
        "options": {"content": content, "mode": "markdown"},
        "title": title,
        "type": "text",
    }
