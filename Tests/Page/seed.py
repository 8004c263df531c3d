"""Gives a running Hearth what the checks of the page look at: questions in five languages, hits and misses, texts that mean harm, a run
that failed, and one that was skipped.

usage: seed.py URL DATA-FOLDER

The list of common queries is one that cannot be read, so that the job that warms with it fails.
"""

import json
import sqlite3
import sys
import time
import urllib.request

QUESTIONS = {
    "en": ["What are your opening hours?", "How much is a haircut?", "Do you sell gift cards?"],
    "ru": ["Какие у вас часы работы?", "Сколько стоит стрижка?"],
    "es": ["¿Cuál es su horario?", "¿Cuánto cuesta un corte de pelo?"],
    "pt": ["Qual é o horário de funcionamento?", "Quanto custa um corte de cabelo?"],
    "he": ["מה שעות הפתיחה שלכם?", "כמה עולה תספורת?"],
}
HOSTILE = [
    "<script>alert(1)</script> do you open?",
    "\"><img src=x onerror=alert(2)> price?",
    "x" * 400,
    "Is \u202egnihton\u202c reversed here?",
    "=HYPERLINK(\"http://evil.example\",\"open\") hours?",
    "+1+1 how much?",
    "Zero\u200bwidth\u200bspaces and 👩‍👩‍👧‍👦 emoji?",
    "{{{mustache}}} & <b>bold</b> javascript:alert(3)",
]


def post(url, path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def get(url, path):
    with urllib.request.urlopen(url + path, timeout=30) as answer:
        return json.load(answer)


def failed_run(url):
    post(url, "/api/v1/jobs/warm-cache/run", {})
    for _ in range(200):
        if get(url, "/api/v1/jobs/warm-cache/runs?outcome=failure")["runs"]:
            return
        time.sleep(0.1)
    raise SystemExit("the job that warms did not fail with a list that cannot be read")


def skipped_run(folder):
    """A copy of the failed run, as if it had come while another was running: that would take a job that runs for minutes."""
    with sqlite3.connect(folder + "/hearth.sqlite", timeout=20) as database:
        database.row_factory = sqlite3.Row
        run = dict(database.execute("SELECT * FROM job_run WHERE job = 'warm-cache' ORDER BY run_id DESC LIMIT 1").fetchone())
        last = run["run_id"][-1]
        run["run_id"] = run["run_id"][:-1] + ("0" if last != "0" else "1")
        run |= {"state": "skipped_overlap", "trigger": "cron", "scheduled_for": run["scheduled_for"] - 60_000, "started_at": None,
                "finished_at": run["claimed_at"], "duration_ms": None, "lateness_ms": None, "error_type": None, "error_message": None,
                "idempotency_key": None, "detail": None, "retry_of": None}
        columns = ", ".join(run)
        database.execute(f"INSERT INTO job_run ({columns}) VALUES ({', '.join('?' * len(run))})", list(run.values()))


def main(url, folder):
    for language, questions in QUESTIONS.items():
        for times, question in enumerate(questions, start=2):
            for _ in range(times * 2):
                post(url, "/api/v1/cache/query", {"query": question, "language": language})
    for question in HOSTILE:
        for _ in range(3):
            post(url, "/api/v1/cache/query", {"query": question, "language": "en"})
    for number in range(40):
        post(url, "/api/v1/cache/query", {"query": f"Do you deliver to house number {number}?", "language": "en"})
    failed_run(url)
    skipped_run(folder)
    print("seeded")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
