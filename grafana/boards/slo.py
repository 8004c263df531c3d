"""Objectives: what was promised, how much of the allowed failure is left, and how fast it is used."""

from boards import frame
from boards.limits import BUDGET_SPENT, HIT_RATE_AIM, budget, factors, limit
from boards.panels import GREEN, RED, YELLOW, lines, stat, steps, targets, text
from boards.queries import FROM_CALLERS, HITS, LOOKED_UP, increase, metric, rate, record, share, total

ANSWERS = "hearth_answer_duration_seconds"
REQUESTS = "hearth_cache_requests_total"
HTTP = "http_server_request_duration_seconds_count"
FAILED = 'http_response_status_code=~"5.."'
SLOW_BUDGET = budget("HearthLatencyBudgetBurn")
FAILURE_BUDGET = budget("HearthAvailabilityBudgetBurn")
# No panel of Grafana shows more than 30 days: Prometheus in deploy/ keeps no more.
MONTH = "30d"
WITHIN = f'le="{limit("HearthResponseTimeHigh")}"'

FAST = share(total(increase(f"{ANSWERS}_bucket", HITS, WITHIN)), total(increase(f"{ANSWERS}_count", HITS)))
BROKEN = share(total(increase(HTTP, FROM_CALLERS, FAILED)), total(increase(HTTP, FROM_CALLERS)))


def percent(share):
    return f"{round(share * 100, 3):g} %"


def burn_steps(alert):
    """Yellow where a ticket is written, red where somebody is paged."""
    page, second, ticket, slow = factors(alert)
    return steps(GREEN, (slow, YELLOW), (ticket, YELLOW), (second, RED), (page, RED))


def burn(number, window):
    return stat(
        number,
        f"Burn over {window}",
        targets((f"{BROKEN} / {FAILURE_BUDGET:g}", "burn")),
        (
            f"How many times faster than allowed requests failed within {window}.",
            "below 1.",
            "above 14.4 in an hour or 6 in six hours somebody is paged: overview, requests by status. Slower burns have until tomorrow.",
        ),
        "short",
        burn_steps("HearthAvailabilityBudgetBurn"),
        size=(3, 5),
        graph="none",
        timeFrom=window,
        empty="no requests",
        alerts=["HearthAvailabilityBudgetBurn"],
    )


def budget_left(number, title, expression, meaning, otherwise):
    """What is left of what 30 days allow."""
    return stat(
        number,
        title,
        targets((expression, "left")),
        (meaning, "more than the share of the month that is left.", otherwise),
        "percentunit",
        steps(RED, (BUDGET_SPENT, GREEN)),
        size=(8, 6),
        graph="none",
        timeFrom=MONTH,
        empty="nothing to judge",
    )


objectives = frame.row(
    100,
    "Objectives",
    text(
        101,
        "What is promised",
        f"Over 30 days: **{percent(1 - SLOW_BUDGET)}** of the answers from the cache within **{round(limit('HearthResponseTimeHigh') * 1000)} ms**; "
        f"**{percent(1 - FAILURE_BUDGET)}** of all requests without a status of 5xx. Besides, a hit rate of **{percent(HIT_RATE_AIM)}**, "
        f"and never below {percent(limit('HearthCacheHitRateLow'))} for long.\n\n"
        "A burn of 1 uses the allowed failures of 30 days in 30 days; 14.4 uses them in two. While a budget is spent, mend before you change.",
        size=(24, 4),
    ),
    budget_left(
        102,
        "Budget left: answers in time",
        f"1 - (1 - {FAST}) / {SLOW_BUDGET:g}",
        "How much of the slow answers that 30 days allow is left.",
        "see the burn below for when it was used, and the latency row of the overview for why.",
    ),
    budget_left(
        103,
        "Budget left: requests that succeed",
        f"1 - {BROKEN} / {FAILURE_BUDGET:g}",
        "How much of the failed requests that 30 days allow is left.",
        "see the failed requests below for when, and requests by status in the overview for why.",
    ),
    stat(
        104,
        "Hit rate of 30 days",
        targets((share(total(increase(REQUESTS, HITS)), total(increase(REQUESTS, LOOKED_UP))), "hit rate")),
        (
            "Share of questions that were answered from the cache within 30 days.",
            f"{percent(HIT_RATE_AIM)} and more.",
            "the board Cache tells why.",
        ),
        "percentunit",
        steps(RED, (limit("HearthCacheHitRateLow"), YELLOW), (HIT_RATE_AIM, GREEN)),
        size=(8, 6),
        graph="none",
        timeFrom=MONTH,
        alerts=["HearthCacheHitRateLow"],
        empty="no questions",
    ),
)

SLOW = "job:hearth_answer_slow_per_requests:ratio_rate"
WINDOWS = ["5m", "30m", "1h", "6h"]
latency = frame.row(
    200,
    "Answers in time",
    lines(
        201,
        "Burn by window",
        targets(*((f"{record(SLOW + window)} / {SLOW_BUDGET:g}", f"{{{{job}}}} {window}") for window in WINDOWS)),
        (
            "How many times faster than allowed answers from the cache were slow. A page needs a long and its short window above a line: "
            "1 h and 5 m above 14.4, or 6 h and 30 m above 6. For all instances.",
            "below 1.",
            "latency and saturation in the overview.",
        ),
        "short",
        burn_steps("HearthLatencyBudgetBurn"),
        size=(12, 9),
        alerts=["HearthLatencyBudgetBurn"],
        empty="no hits, or no recording rules",
    ),
    lines(
        202,
        "Slow answers",
        targets(*((record(SLOW + window), f"{{{{job}}}} {window}") for window in WINDOWS)),
        (
            f"Share of the answers from the cache that took more than {round(limit('HearthResponseTimeHigh') * 1000)} ms, exactly counted. For all instances.",
            f"below {percent(SLOW_BUDGET)}.",
            "a short peak in 5 m that 1 h does not show needs nobody.",
        ),
        "percentunit",
        size=(12, 9),
        empty="no hits, or no recording rules",
    ),
)

availability = frame.row(
    300,
    "Requests that succeed",
    *(burn(301 + position, window) for position, window in enumerate(["5m", "30m", "1h", "2h", "6h", "1d", "3d"])),
    lines(
        308,
        "Failed requests",
        targets((share(total(rate(HTTP, FROM_CALLERS, FAILED)), total(rate(HTTP, FROM_CALLERS))), "5xx")),
        (
            "Share of callers' requests that ended with 5xx; probes and scrapes are left out.",
            f"below {percent(FAILURE_BUDGET)}; 0 most of the time.",
            "overview, requests by status and by route.",
        ),
        "percentunit",
        size=(24, 8),
        empty="no requests",
    ),
)

board = frame.board(
    "hearth-slo",
    "Hearth: objectives",
    "What was promised, how much of the allowed failure is left, and how fast it is used.",
    objectives,
    latency,
    availability,
    # 30 days are read at each refresh.
    refresh="5m",
)
