"""The dashboards as descriptions: one module for each, written in terms of queries.py, panels.py and frame.py."""
