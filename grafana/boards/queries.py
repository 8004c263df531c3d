"""The phrases of PromQL that the boards are made of.

Every selector has the variables job and instance, every rate the interval that Grafana works out from step and scrape interval.
"""

SELECTED = ('job=~"$job"', 'instance=~"$instance"')
HITS = 'result=~"hit|stale"'
# Bypass and error are not the cache's fault.
LOOKED_UP = 'result=~"hit|stale|miss"'
# Probes and scrapes are left out, as the alerts do: that probes answer 503 while a replica starts or stops is what they are for.
FROM_CALLERS = 'http_route!~"/healthz|/readyz|/metrics"'


def metric(name, *matchers):
    return f"{name}{{{', '.join([*matchers, *SELECTED])}}}"


def record(name, *matchers):
    """A recorded series: it has no instance any more."""
    return f"{name}{{{', '.join([*matchers, SELECTED[0]])}}}"


def rate(name, *matchers):
    return f"rate({metric(name, *matchers)}[$__rate_interval])"


def increase(name, *matchers):
    """Over the whole time that is shown."""
    return f"increase({metric(name, *matchers)}[$__range])"


def _aggregate(operator, expression, labels):
    return f"{operator} by ({', '.join(labels)}) ({expression})" if labels else f"{operator}({expression})"


def total(expression, *labels):
    return _aggregate("sum", expression, labels)


def largest(expression, *labels):
    return _aggregate("max", expression, labels)


def smallest(expression, *labels):
    return _aggregate("min", expression, labels)


def share(part, whole, many=None):
    """Nothing instead of NaN where there is nothing to divide by; many is a label that only the part has."""
    matching = f"ignoring ({many}) group_left () " if many else ""
    return f"{part} / {matching}({whole} > 0)"


def quantile(which, name, *matchers, by=()):
    buckets = total(rate(f"{name}_bucket", *matchers), "le", *by)
    return f"histogram_quantile({which}, {buckets})"


def buckets(name, *matchers):
    """For a heatmap."""
    return total(rate(f"{name}_bucket", *matchers), "le")


def age(moment):
    """Seconds since a moment that was seen; what never was has no age."""
    return f"time() - ({moment} > 0)"


def state(name, *matchers, by):
    """Of a circuit breaker: 0 closed, 1 half open, 2 open."""
    half_open = largest(metric(name, 'state="half_open"', *matchers), "instance", by)
    is_open = largest(metric(name, 'state="open"', *matchers), "instance", by)
    return f"{half_open} + 2 * {is_open}"
