"""Whether Hearth does what it is for, and where to look next."""

from boards import frame
from boards.limits import ANY_ALERT, HIT_RATE_AIM, budget, factors, limit
from boards.panels import GREEN, RED, YELLOW, above, heatmap, lines, mapping, stat, steps, targets
from boards.queries import FROM_CALLERS, HITS, LOOKED_UP, buckets, increase, largest, metric, quantile, rate, share, total

REQUESTS = "hearth_cache_requests_total"
HTTP = "http_server_request_duration_seconds_count"
TURNED_AWAY = 'reason=~"overloaded|connections"'
BEFORE_A_REQUEST = 'reason="connections"'
NOT_FOR_CALLERS = 'purpose=~"warming|refresh|shadow"'
PAGE = round(factors("HearthAvailabilityBudgetBurn")[0] * budget("HearthAvailabilityBudgetBurn"), 6)

now = frame.row(
    100,
    "Now",
    stat(
        101,
        "Hit rate",
        targets((share(total(rate(REQUESTS, HITS)), total(rate(REQUESTS, LOOKED_UP))), "hit rate")),
        (
            "Share of questions that were answered from the cache; bypasses and errors of the store are left out.",
            "90 % and more, once the cache is warm (half an hour after a start).",
            "the board Cache tells whether answers leave too early, are not kept, or whether the questions are new.",
        ),
        "percentunit",
        steps(RED, (limit("HearthCacheHitRateLow"), YELLOW), (HIT_RATE_AIM, GREEN)),
        size=(3, 5),
        alerts=["HearthCacheHitRateLow"],
        empty="no questions",
    ),
    stat(
        102,
        "Hits, 95th percentile",
        targets((quantile(0.95, "hearth_answer_duration_seconds", 'result="hit"'), "p95")),
        (
            "Time within which 95 % of the answers from the cache are given, as the caller sees it.",
            "a few milliseconds; 200 ms is the promise.",
            "compare with Hearth's own part below and the stores' times (board Cache): processor, disk or Redis.",
        ),
        "s",
        above(limit("HearthResponseTimeHigh")),
        size=(3, 5),
        alerts=["HearthResponseTimeHigh"],
        empty="no hits",
    ),
    stat(
        103,
        "Questions",
        targets((total(rate(REQUESTS)), "questions")),
        (
            "Questions answered in a second, however they ended.",
            "what is usual at this time of the day.",
            "a fall to zero is the callers' or the network's doing as long as this board has data; see rejections.",
        ),
        "reqps",
        size=(3, 5),
    ),
    stat(
        104,
        "Failed requests",
        targets((share(total(rate(HTTP, FROM_CALLERS, 'http_response_status_code=~"5.."')), total(rate(HTTP, FROM_CALLERS))), "5xx")),
        (
            "Share of callers' requests that ended with 5xx, probes and scrapes left out; red is a month's budget gone in two days.",
            "0; one in a thousand is allowed.",
            "by status below: 502 and 504 are the provider's (board Upstream), 503 is a full queue, 500 is a fault of Hearth (its log).",
        ),
        "percentunit",
        steps(GREEN, (budget("HearthAvailabilityBudgetBurn"), YELLOW), (PAGE, RED)),
        size=(3, 5),
        alerts=["HearthAvailabilityBudgetBurn"],
        empty="no requests",
    ),
    stat(
        105,
        "Tokens bought",
        targets((total(rate("gen_ai_client_token_usage_sum")), "tokens a second")),
        (
            "Tokens that the provider bills for, in a second.",
            "far less than the questions would need without the cache.",
            "look which jobs ask (money below) and whether the hit rate fell.",
        ),
        "short",
        size=(3, 5),
    ),
    stat(
        106,
        "Alerts",
        targets(('count(ALERTS{alertstate="firing", service="hearth", severity!="none", job=~"$job"}) or vector(0)', "firing")),
        (
            "Alerts of Hearth that fire now, on all instances.",
            "0.",
            "the marks on every board name them; each has a runbook of its name.",
        ),
        "none",
        steps(GREEN, (ANY_ALERT, RED)),
        size=(3, 5),
        graph="none",
    ),
    stat(
        107,
        "Version",
        targets(("count by (version, revision) (" + metric("hearth_build_info") + ")", "{{version}} ({{revision}})")),
        (
            "Builds that run, and how many replicas of each.",
            "one build, and as many replicas as are meant to run.",
            "two builds are right only while replicas are replaced one after the other.",
        ),
        "none",
        size=(6, 5),
        text="value_and_name",
        graph="none",
    ),
)

traffic = frame.row(
    200,
    "Traffic",
    lines(
        201,
        "Questions by result",
        targets((total(rate(REQUESTS), "result"), "{{result}}")),
        (
            "How look-ups ended.",
            "mostly hit; some miss; stale only where a category allows it; no error.",
            "error is a store that does not answer (board Cache, stores); bypass is what callers asked for.",
        ),
        "reqps",
        stacked=True,
    ),
    lines(
        202,
        "Requests by route",
        targets((total(rate(HTTP), "http_route"), "{{http_route}}")),
        (
            "HTTP requests by route.",
            "mostly the questions' routes; /metrics at a steady rate.",
            "much of “unmatched” is somebody who looks for holes or a client with an old address.",
        ),
        "reqps",
    ),
    lines(
        203,
        "Requests by status",
        targets((total(rate(HTTP), "http_response_status_code"), "{{http_response_status_code}}")),
        (
            "HTTP requests by status.",
            "200, and 304 where callers keep answers.",
            "4xx is what callers do wrong, 429 and 503 are limits, 502 and 504 the provider, 500 a fault of Hearth.",
        ),
        "reqps",
        stacked=True,
    ),
    lines(
        204,
        "Rejections by reason",
        targets((total(rate("hearth_http_rejections_total"), "reason"), "{{reason}}")),
        (
            "Requests and connections that were refused or abandoned.",
            "none, but for a few client_gone.",
            "overloaded: the provider is slow or its limits are low; unauthorized: a key was changed; connections: a limit of the listener is reached.",
        ),
        "ops",
        size=(16, 7),
    ),
    lines(
        205,
        "Turned away",
        targets(
            (
                share(
                    total(increase("hearth_http_rejections_total", TURNED_AWAY)),
                    f"({total(increase(HTTP, FROM_CALLERS))} + {total(increase('hearth_http_rejections_total', BEFORE_A_REQUEST))})",
                ),
                "turned away",
            )
        ),
        (
            "Share of what callers wanted that was refused for lack of capacity in the time shown, so that the others are served.",
            "0.",
            "the reasons beside it: overloaded is the wait for the provider, or for Hearth itself where the panel below says so; connections is the limit of the listener.",
        ),
        "percentunit",
        above(limit("HearthShedding")),
        size=(8, 7),
        alerts=["HearthShedding"],
        empty="no requests",
    ),
    lines(
        206,
        "Refused for overload",
        targets((total(rate("hearth_overload_shed_total"), "class"), "{{class}}")),
        (
            "Work that is refused because event loops are late: background work first, then lists, then misses. Hits never are.",
            "none.",
            "more work than processors: add a replica; background work only, and only for a moment, is a pause of the machine.",
        ),
        "ops",
        size=(8, 7),
    ),
    lines(
        207,
        "Wait for an event loop",
        targets(
            (largest(metric("hearth_overload_delay_seconds")), "wait"),
            (largest(metric("hearth_overload_target_seconds")), "target"),
        ),
        (
            "How long work waits before anything is done for it, at the latest event loop of the latest replica.",
            "well below the target, above which work is refused.",
            "a loop that is held up, or processors that are busy with something else.",
        ),
        "s",
        size=(8, 7),
    ),
    lines(
        208,
        "Level of overload",
        targets((largest(metric("hearth_overload_level"), "instance"), "{{instance}}")),
        (
            "How many classes of work are refused: 1 is all background work, 2 lists too, 3 most misses too.",
            "0.",
            "the higher it stands and the longer, the more is missing: processors, or a replica.",
        ),
        "short",
        size=(8, 7),
    ),
)

latency = frame.row(
    300,
    "Latency",
    lines(
        301,
        "Answers from the cache",
        targets(*((quantile(q, "hearth_answer_duration_seconds", 'result="hit"'), f"p{round(q * 100)}") for q in (0.5, 0.95, 0.99))),
        (
            "Time of hits as the caller sees it; the line is what the alert compares the 95th percentile with.",
            "all three below the line, and close together.",
            "a far 99th percentile alone is a busy machine or a slow disk; all three together are the processor or Redis.",
        ),
        "s",
        above(limit("HearthResponseTimeHigh")),
        alerts=["HearthResponseTimeHigh"],
        empty="no hits",
    ),
    lines(
        302,
        "All answers, 95th percentile by result",
        targets((quantile(0.95, "hearth_answer_duration_seconds", by=["result"]), "{{result}}")),
        (
            "Time to answer by how the look-up ended.",
            "hit and stale in milliseconds; miss waits for the provider and takes as long as it does.",
            "if only miss rises it is the provider (board Upstream).",
        ),
        "s",
    ),
    lines(
        303,
        "Hearth's own part, 95th percentile",
        targets((quantile(0.95, "hearth_overhead_duration_seconds"), "p95")),
        (
            "Time to answer without the time that the provider took.",
            "below 50 ms.",
            "see look-up by stage and the stores (board Cache), then the processor below.",
        ),
        "s",
        above(limit("HearthOverheadHigh")),
        alerts=["HearthOverheadHigh"],
        empty="no questions",
    ),
    heatmap(
        304,
        "Time to answer",
        buckets("hearth_answer_duration_seconds"),
        (
            "How many answers took how long; points are single requests with their trace.",
            "a dark band at the bottom (hits) and a pale one above (the provider).",
            "a band that climbs is a shortage that grows; open a point and look for its trace_id in the log.",
        ),
        "s",
        exemplar=True,
    ),
    lines(
        305,
        "Requests by route, 95th percentile",
        targets((quantile(0.95, "http_server_request_duration_seconds", by=["http_route"]), "{{http_route}}")),
        (
            "Time of every HTTP request by route.",
            "milliseconds, but for questions that wait for the provider.",
            "a slow statistics or jobs route is the database; a slow /healthz is the processor.",
        ),
        "s",
        size=(12, 8),
    ),
)

saturation = frame.row(
    400,
    "Saturation",
    lines(
        401,
        "Processor",
        targets((total(rate("process_cpu_seconds_total"), "instance"), "{{instance}}")),
        (
            "Processors that each replica keeps busy.",
            "well below what it is allowed (one, in deploy/).",
            "at the limit times rise everywhere: allow more or add a replica.",
        ),
        "short",
    ),
    lines(
        402,
        "Memory",
        targets((largest(metric("process_resident_memory_bytes"), "instance"), "{{instance}}")),
        (
            "Resident memory of each replica.",
            "about 70 MB and the answers in memory on top; flat after a day.",
            "steady growth without a growing cache is a leak: note it, restart one replica and compare.",
        ),
        "bytes",
    ),
    lines(
        403,
        "File descriptors",
        targets((share(metric("process_open_fds"), metric("process_max_fds")), "{{instance}}")),
        (
            "Share of the allowed file descriptors that is in use; a connection is one.",
            "below a half.",
            "look at the connections beside it; raise the limit (ulimits, LimitNOFILE) or find who does not close.",
        ),
        "percentunit",
        above(limit("HearthFileDescriptorsLow")),
        most=1,
        alerts=["HearthFileDescriptorsLow"],
    ),
    lines(
        404,
        "Running for",
        targets((f"time() - {largest(metric('process_start_time_seconds'), 'instance')}", "{{instance}}")),
        (
            "Time since each replica started.",
            "lines that climb since your last upgrade.",
            "a saw is a replica that ends again and again: its log, and the exit status that systemd or Docker noted.",
        ),
        "dtdurations",
        alerts=["HearthRestarting"],
    ),
    lines(
        405,
        "In flight",
        targets(
            (total(metric("http_server_active_requests"), "instance"), "{{instance}} requests"),
            (total(metric("hearth_upstream_requests_in_flight"), "instance"), "{{instance}} calls to the provider"),
        ),
        (
            "Requests that are being answered, and calls to the provider that are under way.",
            "both low and without a trend.",
            "requests that pile up above the calls wait for a slot (board Upstream, queue).",
        ),
        "short",
    ),
    lines(
        406,
        "Connections",
        targets(
            (largest(metric("hearth_http_connections"), "instance"), "{{instance}}"),
            (largest(metric("hearth_http_connections_limit"), "instance"), "{{instance}} limit"),
        ),
        (
            "Open connections of callers, and how many are allowed.",
            "far below the limit.",
            "near the limit new callers are closed at once: look for a client without a pool, or raise listener.limits.",
        ),
        "short",
    ),
    lines(
        407,
        "Event loop lag, 95th percentile",
        targets((quantile(0.95, "hearth_event_loop_lag_seconds", by=["instance"]), "{{instance}}")),
        (
            "How late the event loops come to what is due; every request on a loop waits as long.",
            "about a millisecond.",
            "tens of milliseconds: the processors are busy or taken away. Compare with CPU; look at what else runs on the machine.",
        ),
        "s",
    ),
)

money = frame.row(
    500,
    "Money",
    stat(
        501,
        "Saved, net",
        targets(
            (
                f"{total(increase('hearth_saved_usd_total'))} - {total(increase('hearth_cost_usd_total', NOT_FOR_CALLERS))}",
                "saved",
            )
        ),
        (
            "US dollars not paid to the provider in the time shown, less what warming, refreshing and checking cost.",
            "more than 0, and growing with the traffic.",
            "below 0 the jobs ask for more than callers use: shorten the list of common questions or refresh less often.",
        ),
        "currencyUSD",
        size=(6, 7),
    ),
    lines(
        502,
        "Saved by category",
        targets((total(rate("hearth_saved_usd_total"), "category") + " * 3600", "{{category}}")),
        (
            "US dollars in an hour that were not paid, by kind of answer.",
            "the categories that your callers ask most.",
            "a category that stopped saving is not kept any more: see write skips (board Cache) and its lifetime.",
        ),
        "currencyUSD",
        size=(9, 7),
        stacked=True,
    ),
    lines(
        503,
        "Paid by purpose",
        targets((total(rate("hearth_cost_usd_total"), "purpose") + " * 3600", "{{purpose}}")),
        (
            "US dollars in an hour that were paid to the provider, by what the call was for.",
            "mostly client.",
            "much warming or refresh: the jobs warm-cache and refresh-popular ask more than they should (board Scheduler).",
        ),
        "currencyUSD",
        size=(9, 7),
        stacked=True,
    ),
)

itself = frame.row(
    600,
    "Configuration, log and metrics",
    stat(
        601,
        "Configuration",
        targets(("min by (instance) (" + metric("hearth_config_last_reload_successful") + ")", "{{instance}}")),
        (
            "Whether each replica took over the configuration it was last told to read.",
            "taken over.",
            "the log lists the faults; hearth config check does too. The replica goes on with the former one.",
        ),
        "none",
        steps(GREEN),
        size=(4, 6),
        graph="none",
        mappings=mapping(_0=("refused", RED), _1=("taken over", GREEN)),
        alerts=["HearthConfigReloadFailed"],
    ),
    stat(
        602,
        "Age of the configuration",
        targets(
            ("time() - min by (instance) (" + metric("hearth_config_last_reload_success_timestamp_seconds") + ")", "{{instance}}"),
        ),
        (
            "Time since each replica took over a configuration.",
            "the same on all replicas, and as old as your last change.",
            "a replica that is older has missed the change: send it SIGHUP or restart it.",
        ),
        "dtdurations",
        size=(4, 6),
        graph="none",
    ),
    lines(
        603,
        "Log lines",
        targets(
            (total(rate("hearth_log_messages_total", 'level=~"warning|error|critical"'), "level"), "{{level}}"),
            (total(rate("hearth_log_dropped_total")), "dropped"),
        ),
        (
            "Lines of warning and worse, and lines that were dropped because nobody took them.",
            "none.",
            "read the log of that moment; dropped lines mean that the reader of standard error is stuck.",
        ),
        "ops",
        size=(8, 6),
    ),
    lines(
        604,
        "Exposed lines",
        targets(
            (largest(metric("hearth_metrics_series"), "instance"), "{{instance}}"),
            (largest(metric("hearth_metrics_series_limit"), "instance"), "{{instance}} limit"),
        ),
        (
            "Lines of /metrics, and how many there may be.",
            "flat, far below the limit.",
            "growth is a label with too many values: the next panel names the trouble, hearth_metrics_overflow_total the family.",
        ),
        "short",
        above(limit("HearthScrapeSlow")),
        size=(8, 6),
        alerts=["HearthScrapeSlow"],
    ),
    lines(
        605,
        "Trouble with metrics",
        targets(
            (total(rate("hearth_metrics_overflow_total"), "family"), "{{family}} is full"),
            (total(rate("hearth_metrics_conflicts_total"), "kind"), "{{kind}} conflict"),
            (total(rate("hearth_metrics_collector_errors_total"), "collector"), "{{collector}} failed"),
        ),
        (
            "Label sets that found no room, misuses that were tolerated, collectors that failed.",
            "none at all.",
            "numbers of the family that is named are incomplete; this is a fault of Hearth or of a library in it.",
        ),
        "ops",
        size=(12, 6),
        alerts=["HearthMetricsCardinalityCapped"],
    ),
    lines(
        606,
        "Cost of a scrape",
        targets(
            (quantile(0.95, "hearth_metrics_render_duration_seconds", by=["format"]), "writing {{format}}, p95"),
            (largest(metric("hearth_metrics_collector_duration_seconds"), "collector"), "collecting {{collector}}"),
        ),
        (
            "Time to collect and to write the metrics.",
            "a few milliseconds.",
            "the collector that is slow is named; a slow scrape leaves gaps on all boards.",
        ),
        "s",
        size=(12, 6),
    ),
    lines(
        607,
        "Spans of traces",
        targets((total(rate("hearth_trace_spans_total"), "outcome"), "{{outcome}}")),
        (
            "Spans that were recorded, by what became of them; empty where traces are off.",
            "exported, and nothing else.",
            "dropped: lower tracing.share or raise tracing.queueLength; failed or rejected: the log names the collector and the cause.",
        ),
        "ops",
        size=(12, 6),
        empty="traces are off",
    ),
    lines(
        608,
        "Spans that wait",
        targets(
            (largest(metric("hearth_trace_queue_spans"), "instance"), "{{instance}}"),
            (largest(metric("hearth_trace_queue_spans_limit"), "instance"), "{{instance}} limit"),
        ),
        (
            "Spans that wait to be exported, and how many may.",
            "far below the limit.",
            "at the limit spans are lost, requests are not affected: see whether the collector is there and keeps up.",
        ),
        "short",
        size=(12, 6),
        empty="traces are off",
    ),
    lines(
        609,
        "Credentials",
        targets((total(rate("hearth_access_decisions_total"), "result"), "{{result}}")),
        (
            "Requests for what needs a credential: by what they were let in, or why they were not.",
            "key and token, and hardly anything else.",
            "expired or revoked is a caller that was not given its new key; unknown and limited is somebody who guesses, or a key of another service.",
        ),
        "ops",
        size=(8, 6),
    ),
    lines(
        610,
        "Keys and tokens",
        targets(
            (largest(metric("hearth_access_keys"), "state"), "{{state}} keys"),
            (largest(metric("hearth_access_token_keys")), "keys of tokens"),
            (largest(metric("hearth_access_known_tokens")), "known tokens"),
            (largest(metric("hearth_access_failing_addresses")), "failing addresses"),
        ),
        (
            "API keys by their state, keys that tokens are verified by, tokens that are remembered, and addresses that presented what is not valid.",
            "steady; few addresses.",
            "no keys of tokens: see the job refresh-token-keys. Many addresses: somebody guesses from all of them.",
        ),
        "short",
        size=(8, 6),
    ),
    lines(
        611,
        "Age of the known keys",
        targets(
            ("time() - min by (instance) (" + metric("hearth_access_keys_read_timestamp_seconds") + ")", "{{instance}}"),
        ),
        (
            "Time since each replica knew that its API keys are those of the database.",
            "a few seconds.",
            "the database does not answer, and what is revoked meanwhile stays valid on this replica until it does.",
        ),
        "s",
        size=(8, 6),
    ),
    lines(
        612,
        "Administrative acts",
        targets((total(rate("hearth_audit_acts_total"), "outcome"), "{{outcome}}")),
        (
            "Administrative acts: put on record in the database, or dropped and in the log only.",
            "written, and nothing else.",
            "dropped: the database could not be written for long; the log has what is missing in the record.",
        ),
        "ops",
        size=(12, 6),
    ),
    lines(
        613,
        "Acts that wait to be on record",
        targets(
            (largest(metric("hearth_audit_pending_acts"), "instance"), "{{instance}}"),
            (largest(metric("hearth_audit_pending_acts_limit"), "instance"), "{{instance}} limit"),
        ),
        (
            "Administrative acts that wait to be written to the database, and how many may.",
            "zero, or a few for a moment.",
            "the database cannot be written; at the limit acts are in the log only. See the state of the stores.",
        ),
        "short",
        size=(12, 6),
    ),
    lines(
        630,
        "Browser sessions",
        targets(
            (total(rate("hearth_session_events_total"), "event"), "{{event}}"),
            (total(rate("hearth_session_form_tokens_total"), "outcome"), "forms {{outcome}}"),
        ),
        (
            "Browsers that signed in and out, cookies that let nobody in, and forms of the page by what became of them.",
            "started and accepted.",
            "refused: somebody sends cookies or forms that are not theirs; repeated: forms are sent twice, which does nothing.",
        ),
        "ops",
        size=(12, 6),
    ),
    lines(
        631,
        "Sessions in memory",
        targets(
            (largest(metric("hearth_session_known"), "instance"), "{{instance}}"),
            (largest(metric("hearth_session_known_limit"), "instance"), "{{instance}} limit"),
        ),
        (
            "Browser sessions that each replica remembers, and how many it may.",
            "a few.",
            "at the limit sessions are looked up in the database more often; nothing else changes.",
        ),
        "short",
        size=(12, 6),
    ),
    lines(
        614,
        "Refused by limits",
        targets(
            (total(rate("hearth_limits_refusals_total"), "limit"), "{{limit}}"),
            (total(rate("hearth_limits_shared_checks_total", 'outcome="error"')), "Redis did not say"),
        ),
        (
            "Requests that were refused because a limit of their credential or the budget of their tenant was reached, and limits that a replica had to decide about by itself.",
            "none.",
            "one caller asks more than was agreed: its name is in the answers and in the log of its own service; or Redis does not answer, and each replica grants the whole rate, and what was left of the budgets.",
        ),
        "ops",
        size=(8, 6),
    ),
    lines(
        615,
        "Credentials that are counted",
        targets(
            (largest(metric("hearth_limits_callers")), "counted"),
            (largest(metric("hearth_limits_callers_limit")), "limit"),
        ),
        (
            "Credentials whose requests are counted against limits, and how many can be.",
            "well below the limit.",
            "at the limit those are forgotten that have asked least, and begin anew: raise limits.trackedCallers.",
        ),
        "short",
        size=(8, 6),
    ),
    lines(
        616,
        "Budgets of tenants",
        targets(
            (largest(metric("hearth_budget_exhausted_tenants")), "used up"),
            (largest(metric("hearth_budget_tenants")), "in memory"),
            (largest(metric("hearth_budget_tenants_limit")), "limit"),
        ),
        (
            "Tenants with a budget, and those of them that have used it up today.",
            "none used up.",
            "a tenant whose misses are refused until midnight UTC: raise its budget in budgets.tenants, or look at its top queries.",
        ),
        "short",
        size=(8, 6),
    ),
    lines(
        617,
        "Reserved for calls",
        targets((total(metric("hearth_budget_reserved_usd")), "reserved")),
        (
            "What is reserved of the budgets of tenants for calls to providers in progress.",
            "0 where nothing is asked; each reservation ends with its call.",
            "calls that hang: see the times of providers.",
        ),
        "currencyUSD",
        size=(8, 6),
    ),
)

board = frame.board(
    "hearth-overview",
    "Hearth: overview",
    "Whether Hearth does what it is for, and where to look next.",
    now,
    traffic,
    latency,
    saturation,
    money,
    itself,
)
