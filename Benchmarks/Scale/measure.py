#!/usr/bin/env python3
"""Measures what Hearth, Redis and PostgreSQL spend on a request, for the capacity model: writes Benchmarks/Scale/measured.json.

usage: measure.py PROGRAM [SECONDS]

It counts processor time of each process, divided by the requests that were answered meanwhile, and not requests a second: that is the same
on a machine that does other things too, and can be added up. Redis and PostgreSQL are started on loopback; wrk makes the load.
"""

import glob
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent.parent / "scripts"))
from documents.stage import Running  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
QUESTIONS = 20_000
LOAD = """
local bodies, position, fresh = {}, 0, os.getenv("FRESH") == "1"
function init() for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end position = math.random(#bodies) end
function request()
    position = position % #bodies + 1
    local body = bodies[position]
    if fresh then body = '{"query":"What about number ' .. os.getenv("RUN") .. 'x' .. position .. '?","language":"en"}' end
    return wrk.format("POST", "/api/v1/cache/query", {["Content-Type"] = "application/json"}, body)
end
function done(summary) io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout)) end
"""


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def family(pid):
    """A process and all its descendants: PostgreSQL has a process for each connection."""
    members, children = [pid], {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = pathlib.Path(path).read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.split("/")[2]))
    for member in members:
        members += children.get(member, [])
    return members


def spent(pid):
    """Processor seconds of a process and its descendants, also of those that have ended."""
    total = 0
    for member in family(pid):
        try:
            fields = pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15 if member == pid else 13])
    return total / TICK


def resident(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


class Bench:
    def __init__(self, program, seconds, folder):
        self.program, self.seconds, self.folder = program, seconds, folder
        self.running, self.pids, self.run = [], {}, 0
        (folder / "load.lua").write_text(LOAD)
        (folder / "bodies.txt").write_text("".join(
            json.dumps({"query": f"How much does treatment number {number} cost?", "language": "en"}) + "\n" for number in range(QUESTIONS)))
        # A busy machine is no ill Redis: what is measured is the work, not whether it was done in time.
        (folder / "hearth.yaml").write_text("cache:\n  lookupDeadline: 2s\n  writeQueueLength: 50000\n")
        (folder / "none.json").write_text('{"version": 1, "queries": []}')

    def start(self, name, arguments, until, **options):
        started = Running([str(word) for word in arguments], self.folder / f"{name}.log", **options)
        self.running.append(started)
        started.wait_until(until, 60)
        self.pids[name] = started.process.pid
        return started

    def start_servers(self):
        self.redis_port, self.postgres_port, self.provider_port = free_port(), free_port(), free_port()
        self.start("redis", ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--save", "", "--dir", self.folder], "Ready to accept")
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        data = self.folder / "postgres"
        data.mkdir(mode=0o700)
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if user:
            self.folder.chmod(0o755)
            shutil.chown(data, "postgres", "postgres")
        subprocess.run([binaries + "/initdb", "-D", data, "-U", "hearth", "--auth", "trust", "--no-sync"], check=True, capture_output=True, cwd="/", **user)
        self.start("postgres", [binaries + "/postgres", "-D", data, "-p", self.postgres_port, "-k", data, "-c", "listen_addresses=127.0.0.1"],
                   "ready to accept connections", cwd="/", **user)
        self.start("provider", [self.program, "simulate-provider", "--port", self.provider_port, "--latency", "0ms"], str(self.provider_port))

    def start_hearth(self, name, shared, memory="256MiB"):
        self.port = free_port()
        environment = {
            "PATH": os.environ["PATH"], "HEARTH_PORT": str(self.port), "HEARTH_DATA_DIR": str(self.folder / name), "HEARTH_LOG_LEVEL": "error",
            "HEARTH_COMMON_QUERIES": str(self.folder / "none.json"), "HEARTH_CACHE_MEMORY_BYTES": memory, "OPENAI_API_KEY": "sk-bench",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.provider_port}/v1", "HEARTH_CACHE_MAX_BYTES": "4GB", "HEARTH_UPSTREAM_CONCURRENCY": "128"}
        if shared:
            environment |= {"REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
                            "DATABASE_URL": f"postgres://hearth@127.0.0.1:{self.postgres_port}/postgres"}
        return self.start("hearth", [self.program, "serve"], '"event":"ready"', env=environment, cwd=self.folder)

    def entries(self):
        """How many answers the store has."""
        return json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/cache/health"))["cacheMetrics"]["totalEntries"]

    def wait_for_entries(self):
        """Until everything that was given is written."""
        for _ in range(600):
            if self.entries() >= QUESTIONS:
                return
            time.sleep(0.1)
        raise SystemExit(f"Only {self.entries()} of {QUESTIONS} answers were kept.")

    def results(self):
        """How many requests ended how, as Hearth counts them."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics").read().decode()
        return {name: sum(int(value) for value in re.findall(rf'hearth_cache_requests_total\{{result="{name}"[^}}]*\}} (\d+)', text))
                for name in ("hit", "miss", "error")}

    def load(self, seconds, wanted="hit"):
        """Requests that were answered, and the processor time that each process spent meanwhile and in the second after."""
        fresh = wanted == "miss"
        self.run += 1
        counted = self.results()
        before = {name: spent(pid) for name, pid in self.pids.items()}
        said = subprocess.run(
            ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(self.folder / "load.lua"), f"http://127.0.0.1:{self.port}/"], capture_output=True, text=True,
            check=True, env={"PATH": os.environ["PATH"], "FRESH": "1" if fresh else "0", "RUN": str(self.run), "BODIES": str(self.folder / "bodies.txt")})
        requests, microseconds, errors = map(int, re.search(r"RESULT (\d+) (\d+) (\d+)", said.stdout).groups())
        if errors:
            raise SystemExit(f"{errors} of {requests} requests failed: {self.running[-1].printed()[-2000:]}")
        time.sleep(1.5)
        after = {name: spent(pid) - before[name] for name, pid in self.pids.items()}
        counted = {name: value - counted[name] for name, value in self.results().items()}
        if wanted and counted[wanted] < 0.99 * requests:
            raise SystemExit(f"Of {requests} requests only {counted[wanted]} were of the kind {wanted}: {counted}. The machine may be too busy; try again.")
        print(f"{requests * 1e6 / microseconds:.0f} requests a second ({wanted})", file=sys.stderr)
        return {"requests": requests, **after}

    def keep_all(self):
        """Every question once, so that all are hits afterwards."""
        for address in range(0, QUESTIONS, 100):
            entries = [{"query": f"How much does treatment number {number} cost?", "language": "en", "confidence": 0.9, "category": "services",
                        "response": f"Treatment number {number} costs 40 euros and takes half an hour; you can book it here, by telephone or at the desk. "
                                    "Please come five minutes early. Cancelling is free until the evening before."} for number in range(address, address + 100)]
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/cache/entries", json.dumps({"entries": entries}).encode(), method="PUT")
            urllib.request.urlopen(request).read()

    def stop_hearth(self):
        self.running.pop().stop()
        del self.pids["hearth"]

    def redis(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.redis_port), *words], capture_output=True, text=True, check=True).stdout

    def sql(self, text):
        done = subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(self.postgres_port), "-U", "hearth", "-Atc", text, "postgres"],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"PostgreSQL refused {text}: {done.stderr}")
        return done.stdout.strip()

    def close(self):
        for running in reversed(self.running):
            running.stop(seconds=20)


def microseconds(result, name):
    return round(result[name] * 1e6 / result["requests"], 1)


def measure(bench):
    bench.start_servers()
    found = {}
    # Alone, from memory.
    bench.start_hearth("alone", shared=False)
    before = resident(bench.pids["hearth"])
    bench.keep_all()
    bench.wait_for_entries()
    found["memoryBytesPerEntry"] = round((resident(bench.pids["hearth"]) - before) / QUESTIONS)
    bench.load(2)
    hits = bench.load(bench.seconds)
    found["memoryHit"] = {"hearth": microseconds(hits, "hearth")}
    found["fileBytesPerEntry"] = round((bench.folder / "alone/hearth.sqlite").stat().st_size / QUESTIONS)
    bench.stop_hearth()
    # With Redis and PostgreSQL, from memory: what statistics cost PostgreSQL.
    empty = int(re.search(r"used_memory:(\d+)", bench.redis("info", "memory"))[1])
    bench.start_hearth("shared", shared=True)
    bench.keep_all()
    bench.wait_for_entries()
    found["redisBytesPerEntry"] = round((int(re.search(r"used_memory:(\d+)", bench.redis("info", "memory"))[1]) - empty) / bench.entries())
    idle = {name: spent(pid) for name, pid in bench.pids.items()}
    time.sleep(bench.seconds)
    found["idleMillisecondsPerSecond"] = {name: round((spent(bench.pids[name]) - idle[name]) * 1000 / bench.seconds, 1) for name in ("hearth", "redis", "postgres")}
    bench.load(2)
    hits = bench.load(bench.seconds)
    found["sharedMemoryHit"] = {name: microseconds(hits, name) for name in ("hearth", "redis", "postgres")}
    found["patternBytes"] = round(int(bench.sql("SELECT pg_total_relation_size('query_pattern')")) / max(1, int(bench.sql("SELECT count(*) FROM query_pattern"))))
    misses = bench.load(bench.seconds, "miss")
    found["miss"] = {name: microseconds(misses, name) for name in ("hearth", "redis", "postgres")}
    bench.stop_hearth()
    # From Redis: the memory tier is off.
    bench.start_hearth("redis-only", shared=True, memory="0")
    bench.load(3, wanted=None)
    hits = bench.load(bench.seconds)
    found["redisHit"] = {name: microseconds(hits, name) for name in ("hearth", "redis", "postgres")}
    bench.sql("VACUUM ANALYZE")
    found["statisticsRowBytes"] = statistics_row(bench)
    bench.stop_hearth()
    return found


def statistics_row(bench):
    """Bytes of a row of the statistics with its part of the index: a day of minutes of one tenant, made from a row that is there."""
    bench.sql("""CREATE TABLE sample AS SELECT s.*, m FROM (SELECT * FROM cache_statistics ORDER BY requests DESC LIMIT 1) s, generate_series(1, 10000) m;
        ALTER TABLE sample ADD PRIMARY KEY (resolution, bucket_start, tenant, language, category, result, m)""")
    return round(int(bench.sql("SELECT pg_total_relation_size('sample')")) / 10_000)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for tool in ("wrk", "redis-server", "redis-cli", "psql"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is not here. Install: apt-get install wrk redis-server postgresql")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hearth-scale-"))
    bench = Bench(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) == 3 else 10, folder)
    try:
        found = measure(bench)
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    found = {"machine": f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}", "day": time.strftime("%Y-%m-%d"), **found}
    (HERE / "measured.json").write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
