"""Whether jobs run when they should, and whether statistics are complete."""

from boards import frame
from boards.limits import ANY, WHOLE_ALLOWANCE, limit, literal
from boards.panels import GREEN, RED, YELLOW, above, lines, mapping, stat, steps, table, targets, timeline
from boards.queries import age, increase, largest, metric, quantile, rate, share, smallest, total

JOB = 'job_name=~"$job_name"'
FAILED = 'outcome=~"failure|timeout"'
INTERVAL = largest(metric("hearth_job_interval_seconds", JOB), "job_name")
# As the alert counts: a job that never succeeded is judged from when it became known.
JUDGED_FROM = (
    f"(({largest(metric('hearth_job_last_success_timestamp_seconds', JOB), 'job_name')} > 0)"
    f" or {largest(metric('hearth_job_registered_timestamp_seconds', JOB), 'job_name')})"
)
# 9999 while it is paused, and then when it was resumed; from there it has its allowance again.
PAUSED_UNTIL = largest(metric("hearth_job_paused_until_timestamp_seconds", JOB), "job_name")
ALLOWANCE = f"({literal('HearthJobNotSucceeding')} * {INTERVAL} + {literal('HearthJobNotSucceeding', 1)})"

jobs = frame.row(
    100,
    "Jobs",
    table(
        101,
        "Jobs",
        [
            ("Last success", age(largest(metric("hearth_job_last_success_timestamp_seconds", JOB), "job_name")), "dtdurations", None),
            ("Last end", age(largest(metric("hearth_job_last_completion_timestamp_seconds", JOB), "job_name")), "dtdurations", None),
            (
                "Used of what is allowed",
                f"(time() - {JUDGED_FROM}) / {ALLOWANCE} unless ((time() - {PAUSED_UNTIL}) / {ALLOWANCE} <= 1)",
                "percentunit",
                above(WHOLE_ALLOWANCE),
            ),
            ("Paused", f"{PAUSED_UNTIL} > bool time()", "bool_yes_no", None),
            ("Interval", INTERVAL, "dtdurations", None),
            (
                "Next run in",
                f"({smallest(metric('hearth_job_next_run_timestamp_seconds', JOB) + ' > 0', 'job_name')}) - time()",
                "dtdurations",
                None,
            ),
            (
                "Run takes",
                share(
                    total(increase("hearth_job_duration_seconds_sum", JOB), "job_name"),
                    total(increase("hearth_job_duration_seconds_count", JOB), "job_name"),
                ),
                "dtdurations",
                None,
            ),
            ("May take", largest(metric("hearth_job_timeout_seconds", JOB), "job_name"), "dtdurations", None),
            ("Running", total(metric("hearth_job_runs_in_progress", JOB), "job_name"), "none", None),
        ],
        (
            "Every job: how long ago it succeeded and ended, how much of the time is used that it may go without success "
            f"({literal('HearthJobNotSucceeding')} intervals and {literal('HearthJobNotSucceeding', 1)} s), when it runs next, how long a run takes on average.",
            "less than 50 % used; the last end is the last success.",
            "an end younger than the success means failures: hearth jobs runs NAME tells why. Nothing is allowed or used while it is paused; "
            "hearth jobs resume NAME ends that. No next run: it is disabled or started by hand.",
        ),
        by="job_name",
        alerts=["HearthJobNotSucceeding"],
    ),
)

runs = frame.row(
    200,
    "Runs",
    lines(
        201,
        "Runs by outcome",
        targets((total(rate("hearth_job_runs_total", JOB), "outcome"), "{{outcome}}")),
        (
            "Runs that ended.",
            "success, at a steady rate.",
            "see which job fails beside it; cancelled is a stop of the service or somebody's doing.",
        ),
        "ops",
        stacked=True,
    ),
    lines(
        202,
        "Share of runs that fail",
        targets(
            (
                share(total(increase("hearth_job_runs_total", FAILED, JOB), "job_name"), total(increase("hearth_job_runs_total", JOB), "job_name")),
                "{{job_name}}",
            )
        ),
        (
            "Failures and timeouts of each job, of all its runs in the time shown.",
            "0.",
            "hearth jobs runs NAME has the error; hearth jobs run NAME tries again at once.",
        ),
        "percentunit",
        above(literal("HearthJobFailing")),
        alerts=["HearthJobFailing"],
        empty="no runs",
    ),
    lines(
        203,
        "Planned runs that did not start",
        targets((total(rate("hearth_job_skips_total", JOB), "job_name", "reason"), "{{job_name}} {{reason}}")),
        (
            "Planned runs that did not start, by why.",
            "none, but for jobs that somebody paused.",
            "overlap: runs take longer than their interval; misfire and catch_up_limit: the service was down or stood still.",
        ),
        "ops",
    ),
    lines(
        204,
        "Run time, 95th percentile",
        targets((quantile(0.95, "hearth_job_duration_seconds", JOB, by=["job_name"]), "{{job_name}}")),
        (
            "Time of runs by job.",
            "flat, and far below what a run may take.",
            "growth with the data is usual for prune and retain; near the limit raise it or run more often.",
        ),
        "s",
    ),
    lines(
        205,
        "Oldest run under way",
        targets(
            (
                f"time() - ({smallest(metric('hearth_job_oldest_run_start_timestamp_seconds', JOB) + ' > 0', 'job_name')})",
                "{{job_name}}",
            )
        ),
        (
            "How long the oldest run of each job goes on already; empty while none runs.",
            "empty most of the time.",
            "longer than the run may take means that it does not react to its end: hearth jobs cancel, then restart the replica.",
        ),
        "dtdurations",
        alerts=["HearthJobStuck"],
        empty="no run is under way",
    ),
    lines(
        206,
        "Pings",
        targets((total(rate("hearth_job_pings_total"), "outcome"), "{{outcome}}")),
        (
            "Calls to the dead-man's switches that jobs have.",
            "sent, or nothing where none is configured.",
            "failed: the address or the network; the switch will call somebody though the job is well.",
        ),
        "ops",
    ),
)

scheduling = frame.row(
    300,
    "Scheduling",
    lines(
        301,
        "Late starts, 95th percentile",
        targets((quantile(0.95, "hearth_scheduler_start_lateness_seconds"), "p95")),
        (
            "Time between the planned and the actual start of runs.",
            "below a second.",
            "the machine stood still, or more jobs are due at once than may run.",
        ),
        "s",
        above(limit("HearthScheduleLag")),
        alerts=["HearthScheduleLag"],
        empty="no starts",
    ),
    lines(
        302,
        "Heartbeat",
        targets((f"time() - {largest(metric('hearth_scheduler_heartbeat_timestamp_seconds'), 'instance')}", "{{instance}}")),
        (
            "Time since each replica's scheduling loop last turned.",
            "some seconds: the time since the last scrape and a turn.",
            "above the line no job starts there: read its log, then restart it. Other replicas take shared jobs over.",
        ),
        "s",
        above(limit("HearthSchedulerStopped")),
        alerts=["HearthSchedulerStopped"],
    ),
    lines(
        303,
        "Unaccounted runs",
        targets((largest(metric("hearth_scheduler_unaccounted_occurrences", JOB), "job_name"), "{{job_name}}")),
        (
            "Planned runs that have no final state.",
            "0, always.",
            "a fault of Hearth: keep the data folder and the log, and report it.",
        ),
        "short",
        above(ANY),
        alerts=["HearthOccurrencesUnaccounted"],
    ),
    lines(
        304,
        "Claims",
        targets((total(rate("hearth_scheduler_claims_total"), "outcome"), "{{outcome}}")),
        (
            "Attempts to claim a run among replicas.",
            "won as often as runs are due; lost for each further replica.",
            "error is the database (board Cache, stores).",
        ),
        "ops",
    ),
    lines(
        305,
        "Refused writes",
        targets((total(increase("hearth_scheduler_fence_rejections_total", JOB), "job_name"), "{{job_name}}")),
        (
            "Writes that were refused in the time shown, because another replica had taken the run over.",
            "none.",
            "a replica stood still for longer than its claim lasts: look at its processor (overview).",
        ),
        "short",
        above(ANY),
        alerts=["HearthFenceRejected"],
    ),
    lines(
        306,
        "Clocks",
        targets((metric("hearth_scheduler_clock_skew_seconds"), "{{instance}} to {{source}}")),
        (
            "Each replica's clock minus the store's; empty without a shared store.",
            "some milliseconds.",
            "more than a second either way: time synchronisation (chrony, systemd-timesyncd) on the machine that differs.",
        ),
        "s",
        above(limit("HearthClockSkew")),
        least=None,
        alerts=["HearthClockSkew"],
        empty="no shared store",
    ),
    lines(
        307,
        "Jumps of the clock",
        targets((total(rate("hearth_scheduler_clock_steps_total"), "instance", "direction"), "{{instance}} {{direction}}")),
        (
            "Jumps of the wall clock that were noticed.",
            "none.",
            "the machine's time synchronisation sets the time in steps, or it was suspended.",
        ),
        "ops",
    ),
    timeline(
        308,
        "Configuration of jobs",
        targets((largest(metric("hearth_scheduler_config_mismatch", JOB), "job_name"), "{{job_name}}")),
        (
            "Whether replicas have the same configuration of each job.",
            "the same.",
            "one replica has missed a change: send it SIGHUP or restart it.",
        ),
        mapping(_0=("the same", GREEN), _1=("different", YELLOW)),
        size=(8, 8),
    ),
    stat(
        309,
        "Jobs by state",
        targets((largest(metric("hearth_scheduler_jobs"), "state"), "{{state}}")),
        (
            "Jobs that are known.",
            "all enabled.",
            "somebody paused a job: hearth jobs list names it, hearth jobs resume NAME starts it again.",
        ),
        "none",
        size=(8, 8),
        graph="none",
    ),
)

AGES = [("hour", 0), ("day", 1)]
aggregation = frame.row(
    400,
    "Statistics",
    *(
        lines(
            401 + position,
            f"Age of the statistics by {resolution}",
            targets(
                (
                    age(smallest(metric("hearth_aggregation_watermark_timestamp_seconds", f'resolution="{resolution}"'), "instance")),
                    "{{instance}}",
                )
            ),
            (
                f"Up to how long ago statistics by {resolution} are complete.",
                "below the line; it grows and falls with each run of aggregate-statistics.",
                "look at that job above: does it run, does it fail, is there a backlog?",
            ),
            "dtdurations",
            above(limit("HearthAggregationBehind", position)),
            size=(6, 8),
            alerts=["HearthAggregationBehind"],
            empty=f"no {resolution} is complete yet",
        )
        for resolution, position in AGES
    ),
    lines(
        403,
        "Backlog",
        targets((largest(metric("hearth_aggregation_backlog_rows"), "instance"), "{{instance}}")),
        (
            "Rows that are not aggregated yet.",
            "falls to about 0 every hour.",
            "growth from hour to hour: the job fails, or the database is too slow for the traffic.",
        ),
        "short",
        size=(6, 8),
    ),
    lines(
        404,
        "Rows",
        targets((total(rate("hearth_aggregation_rows_total"), "stage"), "{{stage}}")),
        (
            "Rows that were read, written and dropped.",
            "read and written in turns, none dropped.",
            "dropped rows are missing in reports: the database was away for long.",
        ),
        "ops",
        size=(6, 8),
    ),
)

board = frame.board(
    "hearth-scheduler",
    "Hearth: scheduler",
    "Whether jobs run when they should, and whether statistics are complete.",
    jobs,
    runs,
    scheduling,
    aggregation,
    variables=[frame.variable("job_name", "Name of job", frame.label_values("job_name", "hearth_job_interval_seconds"))],
)
