"""What all boards have in common: variables, annotations, links, times, and the places of their panels."""

from boards.panels import SOURCE
from boards.queries import metric

COLUMNS = 24


def board(uid, title, description, *rows, variables=(), time_from="now-6h", refresh="30s"):
    return {
        "annotations": {"list": _annotations()},
        "description": description,
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "id": None,
        "links": [_links()],
        "panels": _placed(rows),
        "refresh": refresh,
        "schemaVersion": 39,
        "tags": ["hearth"],
        "templating": {"list": [_data_source(), *_common_variables(), *variables]},
        "time": {"from": time_from, "to": "now"},
        "timepicker": {},
        "timezone": "utc",
        "title": title,
        "uid": uid,
        "version": 1,
        "weekStart": "",
    }


def row(number, title, *panels):
    """A row and its panels. Numbers stay when panels move: links of alerts name them."""
    head = {"collapsed": False, "gridPos": {"h": 1, "w": COLUMNS}, "id": number, "panels": [], "title": title, "type": "row"}
    return [head, *panels]


def variable(name, label, query):
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": SOURCE,
        "definition": query,
        "hide": 0,
        "includeAll": True,
        "label": label,
        "multi": True,
        "name": name,
        "options": [],
        "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        # When the time range changes: what ran then is what can be chosen.
        "refresh": 2,
        "regex": "",
        "skipUrlSync": False,
        "sort": 1,
        "type": "query",
    }


def label_values(label, name, *matchers):
    return f"label_values({metric(name, *matchers)}, {label})"


def _data_source():
    return {
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
        "type": "datasource",
    }


def _common_variables():
    return [
        variable("job", "Job", "label_values(hearth_build_info, job)"),
        variable("instance", "Instance", 'label_values(hearth_build_info{job=~"$job"}, instance)'),
    ]


def _annotations():
    built = metric("hearth_build_info")
    return [
        _annotation("Restarts", "purple", f"changes({metric('process_start_time_seconds')}[$__rate_interval]) > 0", "{{instance}} restarted"),
        _annotation(
            "New versions",
            "blue",
            f"count by (version, revision) ({built}) unless count by (version, revision) ({built} offset 5m)",
            "Hearth {{version}} ({{revision}})",
        ),
        _annotation(
            "Firing alerts",
            "red",
            'ALERTS{alertstate="firing", service="hearth", severity!="none", job=~"$job"}',
            "{{alertname}} ({{severity}})",
        ),
    ]


def _annotation(name, color, expression, title):
    return {
        "datasource": SOURCE,
        "enable": True,
        "expr": expression,
        "hide": False,
        "iconColor": color,
        "name": name,
        "step": "60s",
        "titleFormat": title,
    }


def _links():
    return {
        "asDropdown": True,
        "icon": "external link",
        "includeVars": True,
        "keepTime": True,
        "tags": ["hearth"],
        "targetBlank": False,
        "title": "Hearth",
        "tooltip": "",
        "type": "dashboards",
        "url": "",
    }


def _placed(rows):
    """From left to right and from top to bottom, each line as high as its highest panel."""
    panels, left, top, height = [], 0, 0, 0
    for panel in (panel for row in rows for panel in row):
        place = panel["gridPos"]
        if left + place["w"] > COLUMNS:
            left, top, height = 0, top + height, 0
        panels.append({**panel, "gridPos": {**place, "x": left, "y": top}})
        left += place["w"]
        height = max(height, place["h"])
    return panels
