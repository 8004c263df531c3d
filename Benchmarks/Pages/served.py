"""Measures pages as a built Hearth serves them, with 30 days of data and a million kept answers, beside their limits; and what a hundred
open tabs cost a hit.

usage: served.py HEARTH

Environment: ENTRIES (1000000), ROUNDS (40 looks at each page), WINDOWS (8 pairs of windows of five seconds with the tabs and without).
"""

import gzip
import html.parser
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

ENTRIES = int(os.environ.get("ENTRIES", 1_000_000))
ROUNDS = int(os.environ.get("ROUNDS", 40))
WINDOWS = max(1, int(os.environ.get("WINDOWS", 8)))
TABS = 100
BASE = "/admin/cache-analytics"
# Address, kilobytes on the wire at most, milliseconds from the request to the last byte at most.
PAGES = [
    ("?range=24h", 12), ("?range=1h", 24), ("?range=7d", 24), ("?range=30d", 24), ("?range=1y", 24), ("/savings", 24), ("/questions", 24),
    ("/jobs", 24), ("/jobs/probe-stores", 24), ("/health", 24), ("/report", 24), ("/help", 24),
    ("/confirm?action=invalidate&language=he", 24),
]
PAGE_MILLISECONDS = 600
QUESTIONS = {
    "en": "How much is treatment number %d?", "ru": "Сколько стоит процедура номер %d?", "es": "¿Cuánto cuesta el tratamiento número %d?",
    "pt": "Quanto custa o tratamento número %d?", "he": "כמה עולה טיפול מספר %d?",
}


class Nodes(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag, attributes):
        self.count += 1


class Service:
    def __init__(self, hearth, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.hearth, self.folder = hearth, folder

    def start(self):
        environment = {
            "PATH": "/usr/bin:/bin", "HEARTH_LOG_LEVEL": "error", "HEARTH_COMMON_QUERIES": self.folder + "/queries.json",
            "HEARTH_CACHE_MAX_BYTES": str(64 << 30),
        }
        with open(self.folder + "/queries.json", "w") as queries:
            queries.write('{"queries": []}')
        self.process = subprocess.Popen(
            [self.hearth, "serve", "--simulate-provider", "--port", str(self.port), "--data-dir", self.folder + "/var"],
            env=environment, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=open(self.folder + "/log", "w"))
        for _ in range(1200):
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit("Hearth did not start:\n" + open(self.folder + "/log").read()[-2000:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path, connection=None):
        own = connection or self.connection()
        own.request("GET", path, headers={"Accept": "text/html", "Connection": "keep-alive"})
        answer = own.getresponse()
        return answer.status, answer.read()

    def ask(self, question, language, connection):
        connection.request(
            "POST", "/api/v1/cache/query", json.dumps({"query": question, "language": language}), {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())


def fill(folder):
    """Thirty days of what a few questions have left behind, and a million answers, by copying their rows."""
    now = int(time.time() * 1000)
    hour = now // 3_600_000 * 3_600_000
    with sqlite3.connect(folder + "/var/hearth.sqlite") as database:
        def columns(table):
            return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]

        def copy(table, source, count, **changes):
            """Rows of `source` again, `count` times, with `n` from 1 on in the changes."""
            names = columns(table)
            chosen = ", ".join(changes.get(name, name) for name in names)
            database.execute(
                f"WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < ?) "
                f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) SELECT {chosen} FROM ({source}), times", [count])

        minutes = "SELECT * FROM cache_statistics WHERE resolution = 'minute'"
        one = f"{minutes} AND bucket_start = (SELECT max(bucket_start) FROM cache_statistics WHERE resolution = 'minute')"
        for resolution, length, count in [
            ("hour", 3_600_000, 168), ("day", 86_400_000, 30), ("week", 7 * 86_400_000, 13), ("month", 30 * 86_400_000, 12),
        ]:
            copy("cache_statistics", one, count, resolution=f"'{resolution}'", bucket_start=f"({hour} / {length} - n) * {length}")
        copy("cache_statistics", one, 2880 - 120, bucket_start="bucket_start - n * 60000")
        copy("query_pattern", "SELECT * FROM query_pattern LIMIT 200", 100, digest="randomblob(32)", hits="hits + n")
        runs = "SELECT * FROM job_run WHERE job = 'probe-stores' AND state = 'succeeded' LIMIT 1"
        copy(
            "job_run", runs, 30 * 5760, run_id="substr(run_id, 1, 24) || printf('%012x', n)", scheduled_for="scheduled_for - n * 15000",
            due_at="due_at - n * 15000", claimed_at="claimed_at - n * 15000", started_at="started_at - n * 15000",
            finished_at="finished_at - n * 15000")
        kept = database.execute("SELECT count(*) FROM cached_answer").fetchone()[0]
        copy("cached_answer", "SELECT * FROM cached_answer", max(1, ENTRIES // kept), cache_key="language || ':' || lower(hex(randomblob(32)))")
        database.execute(f"UPDATE aggregation_watermark SET complete_through = {hour} WHERE resolution = 'hour'")
        found = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in
                 ("cached_answer", "cache_statistics", "query_pattern", "job_run")}
    print("rows: " + ", ".join(f"{table} {count:,}" for table, count in found.items()))


def share(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def looks(service):
    """Each page once in each round, which takes more than the second for which a page is shared."""
    connection = service.connection()
    times = {page: [] for page, _ in PAGES}
    bodies = {}
    for _ in range(ROUNDS):
        begun = time.monotonic()
        for page, _ in PAGES:
            started = time.perf_counter()
            status, bodies[page] = service.get(BASE + page, connection)
            times[page].append((time.perf_counter() - started) * 1000)
            if status != 200:
                raise SystemExit(f"{page}: status {status}")
        time.sleep(max(0, 1.05 - (time.monotonic() - begun)))
    print("\npage, with its queries                   bytes  compressed   at most   nodes  at most   median      p99  at most")
    over = []
    for page, kilobytes in PAGES:
        nodes = Nodes()
        nodes.feed(bodies[page].decode())
        packed = len(gzip.compress(bodies[page], 6))
        median, last = share(times[page], 0.5), share(times[page], 0.99)
        print(f"{page:38}{len(bodies[page]):>8}{packed:>12}{kilobytes * 1024:>10}{nodes.count:>8}{4000:>9}{median:>8.1f}{last:>9.1f}{PAGE_MILLISECONDS:>9} ms")
        if packed > kilobytes * 1024 or nodes.count > 4000 or last > PAGE_MILLISECONDS:
            over.append(page)
    print("over a limit: " + (", ".join(over) or "none"))


def hits(service, seconds):
    connection = service.connection()
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        service.ask(QUESTIONS["en"] % 1, "en", connection)
        times.append((time.perf_counter() - started) * 1e6)
    return times


def tabs(service):
    """Pairs of windows, one with the tabs and one without, so that what else the machine does falls on both."""
    code = f"""
import http.client, sys, threading, time
def tab(number):
    connection = http.client.HTTPConnection("127.0.0.1", {service.port}, timeout=30)
    tag = ""
    time.sleep(5 * number / {TABS})
    while True:
        connection.request("GET", "{BASE}?refresh=5", headers={{"Hearth-Fragment": "1", "Accept": "text/html", "If-None-Match": tag}})
        answer = connection.getresponse()
        answer.read()
        tag = answer.headers.get("ETag", tag)
        time.sleep(5)
for number in range({TABS}): threading.Thread(target=tab, args=(number,), daemon=True).start()
sys.stdin.read()
"""
    alone, beside = [], []
    for _ in range(WINDOWS):
        alone += hits(service, 5)
        # A process of its own, so that the tabs do not take turns with what measures.
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
        time.sleep(5)
        beside += hits(service, 5)
        process.kill()
        process.wait()
    print(f"\na hit while {TABS} tabs are open, each asking every five seconds ({len(alone) + len(beside):,} hits)")
    print("                                       without        with      more")
    for name, part in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
        without, with_tabs = share(alone, part), share(beside, part)
        print(f"{name:38}{without:>8.0f} us{with_tabs:>9.0f} us{(with_tabs / without - 1) * 100:>8.1f} %")


def main(hearth):
    with tempfile.TemporaryDirectory() as folder:
        service = Service(os.path.abspath(hearth), folder)
        service.start()
        connection = service.connection()
        for number in range(1, 41):
            for language, question in QUESTIONS.items():
                service.ask(question % number, language, connection)
                service.ask(question % number, language, connection)
        # Until its first minute is written, and a probe has run.
        time.sleep(20)
        service.stop()
        started = time.monotonic()
        fill(folder)
        print(f"filled in {time.monotonic() - started:.0f} s; {os.path.getsize(folder + '/var/hearth.sqlite') / 1e6:,.0f} MB")
        service.start()
        try:
            looks(service)
            tabs(service)
        finally:
            service.stop()


if __name__ == "__main__":
    main(sys.argv[1])
