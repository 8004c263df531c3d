"""Why the hit rate is what it is, what is kept, and how the stores are."""

from boards import frame
from boards.limits import HIT_RATE_AIM, limit
from boards.panels import BREAKER, GREEN, RED, YELLOW, above, heatmap, lines, mapping, stat, steps, targets, timeline
from boards.queries import HITS, buckets, increase, largest, metric, quantile, rate, record, share, state, total

REQUESTS = "hearth_cache_requests_total"
RATIO = "job:hearth_cache_hits_per_cache_requests:ratio_increase10m"
UPPER = "job:hearth_cache_hits_per_cache_requests:wilson_upper95_increase10m"
NOT_MEMORY = 'store!="memory"'
STORE = 'store=~"$store"'

hit_rate = frame.row(
    100,
    "Hit rate",
    lines(
        101,
        "Hit rate over ten minutes",
        targets((record(RATIO), "{{job}}"), (record(UPPER), "{{job}} at most, with 95 % certainty")),
        (
            "What the alert judges, with the upper bound of what the true rate may be; few questions make a wide band. For all instances.",
            "above the green line; at least above the red one.",
            "after a restart wait half an hour. Then look below: evictions, write skips, invalidations; or the questions are new.",
        ),
        "percentunit",
        steps(RED, (limit("HearthCacheHitRateLow"), YELLOW), (HIT_RATE_AIM, GREEN)),
        size=(12, 9),
        most=1,
        alerts=["HearthCacheHitRateLow"],
        empty="no questions, or no recording rules",
    ),
    lines(
        102,
        "Hits by kind of match",
        targets((total(rate(REQUESTS, HITS), "match"), "{{match}}")),
        (
            "Hits by whether the question was the same or meant the same.",
            "mostly exact.",
            "none of semantic is usual where no embeddings are configured.",
        ),
        "reqps",
        size=(6, 9),
        stacked=True,
    ),
    lines(
        103,
        "Look-ups that failed",
        targets((share(total(rate(REQUESTS, 'result="error"')), total(rate(REQUESTS))), "failed")),
        (
            "Share of questions whose look-up failed: the store did not answer in time.",
            "0.",
            "the stores below say which one; questions are answered by the provider meanwhile, which costs money.",
        ),
        "percentunit",
        above(limit("HearthCacheLookupErrors")),
        size=(6, 9),
        alerts=["HearthCacheLookupErrors"],
        empty="no questions",
    ),
)

look_up = frame.row(
    200,
    "Look-up",
    lines(
        201,
        "Stages, 95th percentile",
        targets((quantile(0.95, "hearth_cache_lookup_duration_seconds", by=["stage"]), "{{stage}}")),
        (
            "Where the time of a look-up goes.",
            "normalize below a millisecond, exact a few at most.",
            "exact is the store (below), embed the provider of embeddings, search the size of the index.",
        ),
        "s",
    ),
    lines(
        202,
        "Identical questions at once",
        targets((total(rate("hearth_cache_coalesced_requests_total"), "outcome"), "{{outcome}}")),
        (
            "Callers that waited for another caller's identical question instead of asking the provider too.",
            "shared, when many ask the same; few of the others.",
            "timeout and leader_failed are the provider's slowness and faults (board Upstream).",
        ),
        "ops",
    ),
    heatmap(
        203,
        "Age of reused answers",
        buckets("hearth_cache_entry_age_seconds"),
        (
            "How old answers are when they are given again.",
            "spread up to the lifetimes of the categories.",
            "everything young: answers leave too early (evictions, lifetimes); everything old: think about refresh-popular.",
        ),
        "s",
        size=(8, 8),
    ),
)

content = frame.row(
    300,
    "What is kept",
    lines(
        301,
        "Answers",
        targets((largest(metric("hearth_cache_entries", STORE), "instance", "store"), "{{instance}} {{store}}")),
        (
            "Answers that are kept, by store.",
            "growing to a level and staying there.",
            "a sudden fall is an invalidation or an emptied store; see invalidations.",
        ),
        "short",
    ),
    lines(
        302,
        "Fill",
        targets((share(metric("hearth_cache_size_bytes", STORE), metric("hearth_cache_capacity_bytes", STORE)), "{{instance}} {{store}}")),
        (
            "Share of the allowed space that is taken.",
            "below the line; memory may be full, it evicts what is used least.",
            "prune-cache frees space daily; a store that stays above needs more space or shorter lifetimes.",
        ),
        "percentunit",
        above(limit("HearthCacheSizeHigh")),
        most=1,
        alerts=["HearthCacheSizeHigh"],
    ),
    lines(
        303,
        "Space",
        targets(
            (largest(metric("hearth_cache_size_bytes", STORE), "instance", "store"), "{{instance}} {{store}}"),
            (largest(metric("hearth_cache_capacity_bytes", STORE), "instance", "store"), "{{instance}} {{store}} may take"),
        ),
        (
            "Space that answers take, and what they may take.",
            "below its limit, and in step with the number of answers.",
            "answers grew much larger: look at the category and at cache.maximumAnswerBytes.",
        ),
        "bytes",
    ),
    lines(
        304,
        "Writes",
        targets((total(rate("hearth_cache_insertions_total", STORE), "store", "outcome"), "{{store}} {{outcome}}")),
        (
            "Answers written to each store.",
            "about as many stored as there are misses; no error.",
            "error is the store's: see below how it is.",
        ),
        "ops",
    ),
    lines(
        305,
        "Removals",
        targets((total(rate("hearth_cache_evictions_total", STORE), "store", "reason"), "{{store}} {{reason}}")),
        (
            "Answers removed from each store.",
            "expired, at about the rate of writes; invalidated only when somebody asks for it.",
            "capacity is a store that is too small for its traffic.",
        ),
        "ops",
    ),
    lines(
        306,
        "Pressure",
        targets(
            (
                share(
                    total(increase("hearth_cache_evictions_total", 'reason="capacity"', NOT_MEMORY, STORE), "store"),
                    total(increase("hearth_cache_insertions_total", 'outcome="stored"', NOT_MEMORY, STORE), "store"),
                ),
                "{{store}}",
            )
        ),
        (
            "How many answers left for lack of room for each that was written in the time shown; the alert judges a day. The memory is left out: "
            "that it is full is its normal state.",
            "0, or little.",
            "above the line most writes push something out: give the store more room.",
        ),
        "percentunit",
        above(limit("HearthCacheEvictionPressure")),
        alerts=["HearthCacheEvictionPressure"],
        empty="nothing is written",
    ),
    lines(
        307,
        "Not kept",
        targets(
            (total(rate("hearth_cache_write_skips_total"), "reason"), "{{reason}}"),
            (total(rate("hearth_cache_write_drops_total"), "reason"), "lost: {{reason}}"),
        ),
        (
            "Answers that were deliberately not kept, and those that were lost on their way to the store.",
            "few of low_quality and uncacheable, nothing lost.",
            "much low_quality: the provider's answers or the required confidence; lost: the store is ill or too slow.",
        ),
        "ops",
    ),
    lines(
        308,
        "Invalidations",
        targets((total(rate("hearth_cache_invalidations_total"), "scope", "outcome"), "{{scope}} {{outcome}}")),
        (
            "Calls to invalidate answers.",
            "those that you know of, all ok.",
            "all empties the cache: expect a low hit rate for half an hour. error: ask again, answers may be outdated.",
        ),
        "ops",
    ),
    lines(
        309,
        "Damaged entries",
        targets((total(rate("hearth_cache_integrity_failures_total"), "kind"), "{{kind}}")),
        (
            "Kept entries that were refused as answers.",
            "none.",
            "damaged: check disk and Redis; the entry is fetched anew. collision: report it, nobody got a wrong answer.",
        ),
        "ops",
        alerts=["HearthCacheIntegrity"],
    ),
)

saved = frame.row(
    400,
    "What it is good for",
    stat(
        401,
        "Tokens saved",
        targets((total(increase("hearth_cache_saved_tokens_total"), "gen_ai_token_type"), "{{gen_ai_token_type}}")),
        (
            "Tokens that were not bought in the time shown, because an answer was kept.",
            "growing with the traffic.",
            "see the hit rate.",
        ),
        "short",
        size=(6, 6),
    ),
    stat(
        402,
        "Provider time saved",
        targets((total(increase("hearth_cache_saved_upstream_seconds_total")), "saved")),
        (
            "Time that callers would have waited for the provider in the time shown.",
            "growing with the traffic.",
            "see the hit rate.",
        ),
        "s",
        size=(6, 6),
    ),
    lines(
        403,
        "Remembered bodies and known keys",
        targets(
            (largest(metric("hearth_cache_remembered_bodies"), "instance"), "bodies {{instance}}"),
            (largest(metric("hearth_cache_known_keys"), "instance"), "keys {{instance}}"),
        ),
        (
            "Request bodies whose question is remembered, so that it need not be read again; and keys that the embedded store is known "
            "to hold, so that questions with others need no look-up.",
            "both growing to a level.",
            "bodies at 0 with traffic: callers send something that changes, such as a time. Keys at 0 with entries in the store: there "
            "are more than cache.knownKeys allows, and every new question costs a look-up. With Redis they are always 0.",
        ),
        "short",
        size=(6, 6),
    ),
    lines(
        404,
        "Refresh calls left",
        targets(("min by (instance) (" + metric("hearth_cache_refresh_calls_left") + ")", "{{instance}}")),
        (
            "Calls to the provider that refresh-popular may still make within the hour.",
            "above 0.",
            "at 0 popular answers are not refreshed ahead of their end any more; raise the limit if the money is well spent.",
        ),
        "short",
        size=(6, 6),
    ),
)

stores = frame.row(
    500,
    "Stores",
    lines(
        501,
        "Operations, 95th percentile",
        targets((quantile(0.95, "hearth_store_operation_duration_seconds", STORE, by=["store", "operation"]), "{{store}} {{operation}}")),
        (
            "Time of operations by store.",
            "sqlite and Redis a few milliseconds at most.",
            "get that slows down slows every miss: disk, network, or a server that does something else.",
        ),
        "s",
    ),
    lines(
        502,
        "Operations that failed",
        targets(
            (
                share(
                    total(rate("hearth_store_operations_total", 'outcome!="ok"', STORE), "store"),
                    total(rate("hearth_store_operations_total", STORE), "store"),
                ),
                "{{store}}",
            )
        ),
        (
            "Share of operations that ended in an error or took too long.",
            "0.",
            "the breaker below opens after five in a row; look at the server's own log.",
        ),
        "percentunit",
        above(limit("HearthStoreErrors")),
        alerts=["HearthStoreErrors"],
        empty="nothing is asked of a store",
    ),
    lines(
        503,
        "Pool",
        targets(
            (total(metric("hearth_store_connections", STORE), "store", "state"), "{{store}} {{state}}"),
            (total(metric("hearth_store_connections_limit", STORE), "store"), "{{store}} limit"),
            (total(metric("hearth_store_pending_requests", STORE), "store"), "{{store}} waiting"),
        ),
        (
            "Connections to servers, how many are allowed, and operations that wait for one.",
            "some idle, none waiting.",
            "waiting with none idle: the server is slow, or the pool too small for the traffic.",
        ),
        "short",
        alerts=["HearthStorePoolExhausted"],
    ),
    timeline(
        504,
        "Up",
        targets((metric("hearth_store_up", STORE), "{{instance}} {{store}}")),
        (
            "Whether the last check of each store succeeded, as /readyz says.",
            "up.",
            "Hearth goes on without it as docs/operations.md tells; bring the server back.",
        ),
        mapping(_0=("down", RED), _1=("up", GREEN)),
        alerts=["HearthStoreDown"],
    ),
    timeline(
        505,
        "Breaker",
        targets((state("hearth_store_breaker_state", STORE, by="store"), "{{instance}} {{store}}")),
        (
            "Whether a store is asked at all.",
            "closed.",
            "open means five failures in a row; it is tried again after about a minute.",
        ),
        BREAKER,
    ),
    timeline(
        506,
        "Hears the others",
        targets((metric("hearth_cache_coherence_live"), "{{instance}}")),
        (
            "Whether each replica hears what others change in the shared store; empty without a shared store.",
            "yes.",
            "a deaf replica asks the store each time, which is slower but right; look at Redis and the network.",
        ),
        mapping(_0=("no", YELLOW), _1=("yes", GREEN)),
        alerts=["HearthCoherenceLost"],
        empty="no shared store",
    ),
    lines(
        507,
        "Connections made anew",
        targets(
            (total(rate("hearth_store_reconnects_total", STORE), "store", "outcome"), "{{store}} {{outcome}}"),
            (total(rate("hearth_store_protocol_errors_total", STORE), "store"), "{{store}} broken protocol"),
            (total(rate("hearth_store_topology_refreshes_total", STORE), "store"), "{{store}} map read again"),
            (total(rate("hearth_cache_coherence_resyncs_total")), "began to hear the others"),
        ),
        (
            "Attempts to connect, connections that ended because what came was no reply, and what follows from it.",
            "none, but at a start and at a failover.",
            "a steady rate is a network or a server that closes connections; handshake is a wrong password or TLS.",
        ),
        "ops",
        size=(16, 7),
    ),
    lines(
        508,
        "Certificates end in",
        targets((f"({largest(metric('hearth_certificate_expiry_timestamp_seconds'), 'peer')} > 0) - time()", "{{peer}}")),
        (
            "How long the certificates are good that Redis, PostgreSQL and the provider showed, and Hearth's own; empty without TLS.",
            "weeks, and a jump up before the line is met.",
            "renew it on the server; from its end on no connection can be made.",
        ),
        "dtdurations",
        steps(RED, (limit("HearthCertificateExpiring"), GREEN)),
        size=(8, 7),
        alerts=["HearthCertificateExpiring"],
        empty="no TLS",
    ),
)

checks = frame.row(
    600,
    "Are the answers still right",
    lines(
        601,
        "Answers that differ",
        targets(
            (
                share(
                    total(increase("hearth_cache_shadow_checks_total", 'verdict="mismatch"')),
                    total(increase("hearth_cache_shadow_checks_total", 'verdict=~"match|mismatch"')),
                ),
                "differ",
            )
        ),
        (
            "Share of the hits checked in the time shown whose answer the provider gives differently now. Empty where shadowChecks.share is 0.",
            "0.",
            "look at the keys in the log; remove what is wrong, or keep the category for a shorter time.",
        ),
        "percentunit",
        above(limit("HearthCacheWrongAnswers")),
        size=(8, 8),
        alerts=["HearthCacheWrongAnswers"],
        empty="no checks: see shadowChecks.share",
    ),
    lines(
        602,
        "Checks by verdict",
        targets(
            (total(rate("hearth_cache_shadow_checks_total"), "verdict"), "{{verdict}}"),
            (total(rate("hearth_cache_shadow_skips_total"), "reason"), "left out: {{reason}}"),
        ),
        (
            "Hits that were asked of the provider again, and sampled hits that were not.",
            "matches.",
            "errors are the provider's; busy and queue_full mean that live traffic goes first.",
        ),
        "ops",
        size=(8, 8),
    ),
    lines(
        603,
        "Lifetime of new answers",
        targets((metric("hearth_cache_lifetime_factor"), "{{instance}} {{category}}")),
        (
            "What the configured lifetime of a category is multiplied by.",
            "1.",
            "0.5 means that too many checks of the category differed; it goes back by itself when they agree.",
        ),
        "short",
        size=(8, 8),
    ),
    lines(
        604,
        "Checks that wait",
        targets((metric("hearth_cache_shadow_waiting"), "{{instance}}")),
        ("Sampled hits that wait for a quiet moment of the provider.", "near 0.", "64 is the limit; lower shadowChecks.share."),
        "short",
        size=(24, 5),
    ),
)

upkeep = frame.row(
    700,
    "Upkeep and questions",
    lines(
        701,
        "Answers removed by maintenance",
        targets((total(increase("hearth_cache_pruned_entries_total"), "rule"), "{{rule}}")),
        (
            "What prune-cache and maintenance on demand removed, by rule.",
            "expired ones, every night.",
            "many of over_size mean that cache.maximumBytes is too small.",
        ),
        "short",
        size=(8, 8),
    ),
    lines(
        702,
        "Bytes removed by maintenance",
        targets((total(increase("hearth_cache_pruned_bytes_total")), "removed")),
        ("Bytes of the answers that were removed.", "some, every night.", "none for days: look at the job prune-cache."),
        "bytes",
        size=(8, 8),
    ),
    lines(
        703,
        "Calls left within the hour",
        targets(
            (metric("hearth_cache_warm_calls_left"), "{{instance}} warming"),
            (metric("hearth_cache_refresh_calls_left"), "{{instance}} refreshing"),
        ),
        (
            "Calls to the provider that warming and refreshing may still make.",
            "above 0.",
            "at 0 questions are put off to the next run; raise cache.warmCallsPerHour or cache.refreshCallsPerHour.",
        ),
        "short",
        size=(8, 8),
    ),
    lines(
        704,
        "Different questions",
        targets(
            (metric("hearth_query_patterns"), "{{instance}} {{place}}"),
            (metric("hearth_query_patterns_limit"), "{{instance}} {{place}}, at most"),
        ),
        (
            "Questions that are told apart for the top queries, waiting to be written and kept, with their limits.",
            "below the limits.",
            "at a limit the rarest are counted together; raise statistics.patternsInMemory or statistics.patternsKept.",
        ),
        "short",
        size=(8, 8),
    ),
    lines(
        705,
        "Questions not told apart",
        targets((total(rate("hearth_query_patterns_folded_total")), "counted together")),
        ("Requests whose question was counted together with other rare ones.", "0.", "more questions than the limit; see beside."),
        "ops",
        size=(8, 8),
    ),
    lines(
        706,
        "Statistics not written yet",
        targets(
            (metric("hearth_statistics_pending_rows"), "{{instance}} rows"),
            (total(increase("hearth_statistics_dropped_requests_total")), "requests lost"),
        ),
        (
            "Rows that wait for the database, and requests whose figures are lost.",
            "some rows, nothing lost.",
            "rising rows: the database does not answer; it is written when it does.",
        ),
        "short",
        size=(8, 8),
    ),
    lines(
        707,
        "Size of the own database",
        targets((metric("hearth_database_file_bytes", 'file="main"'), "{{instance}}")),
        (
            "The SQLite file without its log.",
            "what cache.maximumBytes allows, and some megabytes for statistics and runs.",
            "growth for weeks: look at the jobs prune-cache and retain-statistics.",
        ),
        "bytes",
        size=(6, 7),
    ),
    lines(
        709,
        "Write-ahead log",
        targets((metric("hearth_database_file_bytes", 'file="wal"'), "{{instance}}")),
        (
            "What is written and not in the SQLite file yet.",
            "a few megabytes.",
            "a log that grows: somebody reads the file and does not end, such as a backup that hangs.",
        ),
        "bytes",
        above(limit("HearthWalLarge")),
        size=(6, 7),
        alerts=["HearthWalLarge"],
    ),
    lines(
        710,
        "Room on the disk",
        targets((share(metric("hearth_data_disk_free_bytes"), metric("hearth_data_disk_size_bytes")), "{{instance}}")),
        (
            "Share of the disk of the data folder that is free.",
            "above the line, or above 1 GiB on a large disk.",
            "find what fills it; without room statistics, runs and new answers are lost after a while.",
        ),
        "percentunit",
        steps(RED, (limit("HearthDiskLow"), GREEN)),
        size=(6, 7),
        most=1,
        alerts=["HearthDiskLow"],
    ),
    lines(
        708,
        "Database opened anew",
        targets((total(increase("hearth_database_reopened_total"), "reason"), "{{reason}}")),
        (
            "The database file was deleted or replaced while it was open.",
            "none.",
            "find out who did it; what was in the file is gone unless it was put back from a copy.",
        ),
        "short",
        size=(6, 7),
    ),
)

board = frame.board(
    "hearth-cache",
    "Hearth: cache",
    "Why the hit rate is what it is, what is kept, and how the stores are.",
    hit_rate,
    look_up,
    content,
    saved,
    stores,
    checks,
    upkeep,
    variables=[
        frame.variable(
            "store",
            "Store",
            frame.label_values("store", "", '__name__=~"hearth_cache_entries|hearth_store_up"'),
        )
    ],
)
