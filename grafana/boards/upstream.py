"""How the AI provider is, and what is bought from it."""

from boards import frame
from boards.limits import limit
from boards.panels import BREAKER, above, lines, targets, timeline
from boards.queries import largest, metric, quantile, rate, share, state, total

DURATION = "gen_ai_client_operation_duration_seconds"
MODEL = 'gen_ai_request_model=~"$gen_ai_request_model"'

calls = frame.row(
    100,
    "Calls",
    lines(
        101,
        "Calls by model",
        targets((total(rate(f"{DURATION}_count", MODEL), "gen_ai_request_model"), "{{gen_ai_request_model}}")),
        (
            "Calls to the provider, those that failed too.",
            "about the misses, and what the jobs ask.",
            "more than the misses: retries, or warming and refresh (overview, money).",
        ),
        "reqps",
        stacked=True,
    ),
    lines(
        102,
        "Errors by type",
        targets(
            (
                share(
                    total(rate(f"{DURATION}_count", 'error_type!=""', MODEL), "error_type"),
                    total(rate(f"{DURATION}_count", MODEL)),
                    many="error_type",
                ),
                "{{error_type}}",
            )
        ),
        (
            "Share of all calls that failed, by why.",
            "0.",
            "auth: the key; rate_limited: the limits of your account; timeout, 5xx and network: the provider's status page, then your network.",
        ),
        "percentunit",
        stacked=True,
        empty="no calls",
    ),
    lines(
        103,
        "Errors by model",
        targets(
            (
                share(
                    total(rate(f"{DURATION}_count", 'error_type!=""', MODEL), "gen_ai_request_model"),
                    total(rate(f"{DURATION}_count", MODEL), "gen_ai_request_model"),
                ),
                "{{gen_ai_request_model}}",
            )
        ),
        (
            "Share of a model's calls that failed; the line is what the alert compares with.",
            "below the line, 0 most of the time.",
            "if one model alone fails, use another one (HEARTH_MODEL) until it is well.",
        ),
        "percentunit",
        above(limit("HearthUpstreamErrors")),
        alerts=["HearthUpstreamErrors"],
        empty="no calls",
    ),
)

time = frame.row(
    200,
    "Time",
    lines(
        201,
        "Time of a call",
        targets(*((quantile(q, DURATION, 'error_type=""', MODEL), f"p{round(q * 100)}") for q in (0.5, 0.95))),
        (
            "Time of calls that succeeded.",
            "what the model usually takes.",
            "callers of misses wait as long: nothing here helps but another model, shorter answers, or the provider.",
        ),
        "s",
        empty="no calls",
    ),
    lines(
        202,
        "Time of a call by model, 95th percentile",
        targets((quantile(0.95, DURATION, 'error_type=""', MODEL, by=["gen_ai_request_model"]), "{{gen_ai_request_model}}")),
        (
            "Time of calls that succeeded, by model.",
            "what each usually takes.",
            "compare the models before you change to another.",
        ),
        "s",
    ),
    lines(
        204,
        "First chunk, 95th percentile",
        targets((quantile(0.95, "gen_ai_client_operation_time_to_first_chunk_seconds", MODEL, by=["gen_ai_request_model"]), "{{gen_ai_request_model}}")),
        (
            "Time until the first part of a streamed answer arrived.",
            "well below the whole answer's time.",
            "a model that begins late keeps people waiting although it streams.",
        ),
        "s",
        empty="nothing is streamed",
    ),
    lines(
        203,
        "Wait for a slot, 95th percentile",
        targets((quantile(0.95, "hearth_upstream_queue_wait_seconds", by=["instance"]), "{{instance}}")),
        (
            "Time that calls waited because as many as are allowed were under way.",
            "0.",
            "raise provider.concurrency if the provider's limits allow it; rejections as overloaded follow when the queue is full.",
        ),
        "s",
    ),
)

volume = frame.row(
    300,
    "Volume and state",
    lines(
        301,
        "Tokens",
        targets((total(rate("gen_ai_client_token_usage_sum", MODEL), "gen_ai_token_type"), "{{gen_ai_token_type}}")),
        (
            "Tokens that are billed, in a second.",
            "in proportion to the calls.",
            "more input without more calls: a longer system prompt or longer questions.",
        ),
        "short",
    ),
    lines(
        302,
        "Tokens of a call",
        targets(
            (
                share(
                    total(rate("gen_ai_client_token_usage_sum", MODEL), "gen_ai_token_type"),
                    total(rate("gen_ai_client_token_usage_count", MODEL), "gen_ai_token_type"),
                ),
                "{{gen_ai_token_type}}",
            )
        ),
        (
            "Tokens of one call on average.",
            "flat.",
            "a step is a changed prompt, model or kind of question; the bill changes with it.",
        ),
        "short",
        empty="no calls",
    ),
    lines(
        303,
        "In flight",
        targets(
            (
                largest(metric("hearth_upstream_requests_in_flight"), "instance", "gen_ai_provider_name"),
                "{{instance}} {{gen_ai_provider_name}}",
            )
        ),
        (
            "Calls that are under way.",
            "below provider.concurrency.",
            "at the limit calls wait for a slot: the provider is slow or the limit is low.",
        ),
        "short",
    ),
    lines(
        304,
        "Retries",
        targets((total(rate("hearth_upstream_retries_total"), "gen_ai_provider_name", "reason"), "{{gen_ai_provider_name}} {{reason}}")),
        (
            "Attempts beyond the first.",
            "hardly any.",
            "they hide errors from callers and cost time; the reason says whom to ask.",
        ),
        "ops",
        size=(12, 7),
    ),
    lines(
        306,
        "Other ways",
        targets((total(rate("hearth_gateway_routing_total"), "event"), "{{event}}")),
        (
            "Questions and requests below /v1 that did not simply go to their first provider: failover, hedge, held back, passed through.",
            "hardly any failovers; hedges only where they are configured.",
            "failovers mean that the first provider fails; held means that it asked to be left alone (429) or failed several times in a row (5xx).",
        ),
        "ops",
        size=(12, 7),
    ),
    lines(
        307,
        "Streams that broke off",
        targets((total(rate("hearth_upstream_stream_aborts_total"), "reason"), "{{reason}}")),
        (
            "Streamed answers that ended before their end mark.",
            "client_gone only.",
            "idle and deadline: the provider is slow; reset and reported: it fails; invalid: something on the way is no provider.",
        ),
        "ops",
        size=(12, 7),
    ),
    timeline(
        305,
        "Breaker",
        targets(
            (
                state("hearth_upstream_breaker_state", by="gen_ai_provider_name"),
                "{{instance}} {{gen_ai_provider_name}}",
            )
        ),
        (
            "Whether the provider is asked at all.",
            "closed.",
            "open means five failures in a row: kept answers are served, new questions get 502. It closes by itself after a probe that succeeds.",
        ),
        BREAKER,
        size=(12, 7),
        alerts=["HearthUpstreamBreakerOpen"],
    ),
    lines(
        308,
        "Fields that cannot be true",
        targets((total(rate("hearth_upstream_invalid_total"), "gen_ai_provider_name", "field"), "{{gen_ai_provider_name}} {{field}}")),
        (
            "Fields of answers that were missing or impossible, and were left out or clamped.",
            "none.",
            "usage: costs are the flat price or a guess; model: something else answers than what was asked; it points at the provider, or at a proxy on the way.",
        ),
        "ops",
        size=(24, 6),
    ),
)

messages = frame.row(
    400,
    "WhatsApp",
    lines(
        401,
        "Messages",
        targets((total(rate("hearth_inbox_messages_total"), "outcome"), "{{outcome}}")),
        (
            "Messages of customers: accepted and answered, delivered again, cut off, ignored. Empty where WhatsApp is not configured.",
            "sent follows accepted.",
            "retried and dead mean that answers or replies fail: GET /api/v1/inbox?state=dead says why.",
        ),
        "ops",
        empty="no WhatsApp number",
    ),
    lines(
        402,
        "Deliveries refused",
        targets((total(rate("hearth_inbox_refused_deliveries_total"), "reason"), "{{reason}}")),
        (
            "Deliveries that were not accepted.",
            "none.",
            "signature: somebody else sends, or the app's secret was changed; full and storage: Meta delivers again.",
        ),
        "ops",
        empty="no WhatsApp number",
    ),
    lines(
        403,
        "Open and given up",
        targets(
            (largest(metric("hearth_inbox_open_messages"), "instance"), "{{instance}} open"),
            (largest(metric("hearth_inbox_dead_messages"), "instance"), "{{instance}} given up"),
        ),
        (
            "Messages that wait for their answer, and those that were given up.",
            "a few open, none given up.",
            "GET /api/v1/inbox?state=dead says why; POST /api/v1/inbox/retry opens those that were given up again.",
        ),
        "short",
        alerts=["HearthInboxGivenUp"],
        empty="no WhatsApp number",
    ),
    lines(
        404,
        "Oldest open message",
        targets((largest(metric("hearth_inbox_oldest_message_age_seconds"), "instance"), "{{instance}}")),
        ("How long the oldest open message has waited.", "seconds.", "it grows while the provider or the Graph API is away."),
        "s",
        above(limit("HearthInboxDelayed")),
        alerts=["HearthInboxDelayed"],
        empty="no WhatsApp number",
        size=(12, 7),
    ),
    lines(
        405,
        "Reply, 95th percentile",
        targets((quantile(0.95, "hearth_inbox_reply_duration_seconds", by=["instance"]), "{{instance}}")),
        (
            "Time from the acceptance of a message to the acknowledgement of its reply.",
            "a few seconds.",
            "customers wait; the provider's time is in the rows above.",
        ),
        "s",
        empty="no WhatsApp number",
        size=(12, 7),
    ),
)

board = frame.board(
    "hearth-upstream",
    "Hearth: upstream",
    "How the AI provider is, and what is bought from it.",
    calls,
    time,
    volume,
    messages,
    variables=[
        frame.variable(
            "gen_ai_request_model",
            "Model",
            frame.label_values("gen_ai_request_model", f"{DURATION}_count"),
        )
    ],
)
