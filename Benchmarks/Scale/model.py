#!/usr/bin/env python3
"""The capacity model of docs/scale.md and its simulations.

usage: model.py            prints the tables
       model.py write      writes them into docs/scale.md, between the marks <!-- table NAME --> and <!-- end -->
       model.py check      tells whether docs/scale.md has them as they are; exit status 1 if not

What was measured comes from measured.json (Benchmarks/scale measure); everything that is assumed stands below in capitals. Random numbers are
seeded, so the tables are the same on every machine.
"""

import bisect
import itertools
import json
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs/scale.md"
MEASURED = json.loads((HERE / "measured.json").read_text())

# How much of a core may be used on average, so that queues stay short and the loss of one of three replicas is borne by two.
UTILISATION = 0.5
# US dollars; a usual price of a core with 4 GB of memory for an hour, and of a call to the provider.
CORE_HOUR, CALL = 0.05, 0.002
# The largest memory that one Redis is given here, and how full it may be.
REDIS_BYTES = 16e9 * 0.75
# Statistics: minutes are kept for two days, hours for seven, days for thirty (retention of minutes follows aggregation).
MINUTES, HOURS, DAYS = 2 * 1440, 7 * 24, 30


def table(heads, rows):
    right = ["---:" if index else "---" for index in range(len(heads))]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [heads, right, *rows])


def thousands(number):
    """Two significant figures with commas: 12,000."""
    if number <= 0:
        return "0"
    digits = len(str(int(number)))
    return f"{round(number, 2 - digits):,.0f}" if digits > 2 else f"{number:,.0f}"


def dollars(number):
    """Whole dollars, and cents of what is small."""
    digits = 0 if abs(number) >= 1 else 3
    return f"{'–' if number < 0 else ''}${abs(number):,.{digits}f}"


def per_core(microseconds):
    return 1e6 / microseconds * UTILISATION


# The capacity model


def costs():
    """Processor time of a request, in microseconds."""
    rows = []
    for name, key in (("hit from memory, one replica alone", "memoryHit"), ("hit from memory, with Redis and PostgreSQL", "sharedMemoryHit"),
                      ("hit from Redis", "redisHit"), ("miss, kept in Redis", "miss")):
        cost = MEASURED[key]
        rows.append([name] + [f"{cost[part]:.0f}" if part in cost else "–" for part in ("hearth", "redis", "postgres")])
    idle = MEASURED["idleMillisecondsPerSecond"]
    rows.append(["a replica that is idle, per second"] + [f"{idle[part] * 1000:,.0f}" for part in ("hearth", "redis", "postgres")])
    return table(["µs of a core", "Hearth", "Redis", "PostgreSQL"], rows)


def sizes():
    return table(["Bytes", ""], [
        ["a kept answer of 200 characters in memory", f"{MEASURED['memoryBytesPerEntry']:,}"],
        ["in Redis, with its indexes", f"{MEASURED['redisBytesPerEntry']:,}"],
        ["in the file of a replica without Redis", f"{MEASURED['fileBytesPerEntry']:,}"],
        ["a row of statistics in PostgreSQL, with its index", f"{MEASURED['statisticsRowBytes']:,}"],
        ["a counted question in PostgreSQL, with its indexes", f"{MEASURED['patternBytes']:,}"]])


def mix(hit_rate, from_memory=0.8):
    """Microseconds of each part for an average request."""
    hit, far, miss = MEASURED["sharedMemoryHit"], MEASURED["redisHit"], MEASURED["miss"]
    return {part: hit_rate * (from_memory * hit[part] + (1 - from_memory) * far[part]) + (1 - hit_rate) * miss[part]
            for part in ("hearth", "redis", "postgres")}


def capacity():
    """What one of each carries, by hit rate."""
    rows = []
    for hit_rate in (0.0, 0.5, 0.8, 0.9, 0.95, 0.99):
        cost = mix(hit_rate)
        cores = {part: per_core(value) for part, value in cost.items()}
        rows.append([f"{hit_rate:.0%}", thousands(2 * cores["hearth"]), thousands(cores["redis"]), thousands(4 * cores["postgres"]),
                     f"{cores['redis'] / (2 * cores['hearth']):.1f}"])
    return table(["Hit rate", "one replica, 2 cores", "one Redis, 1 core", "one PostgreSQL, 4 cores", "replicas that one Redis feeds"], rows)


def money():
    """US dollars of a million requests: machines and calls."""
    rows = []
    for hit_rate in (0.0, 0.5, 0.8, 0.9, 0.95):
        seconds = sum(mix(hit_rate).values()) / 1e6 * 1e6 / UTILISATION
        machines = seconds / 3600 * CORE_HOUR
        calls = (1 - hit_rate) * 1e6 * CALL
        rows.append([f"{hit_rate:.0%}", dollars(machines), dollars(calls), dollars(machines + calls), dollars(1e6 * CALL - machines - calls)])
    return table(["Hit rate", "machines", "calls", "together", "saved"], rows)


# What comes after: simulations


def zipf(count, exponent=1.0):
    return list(itertools.accumulate(1 / (rank + 1) ** exponent for rank in range(count)))


def draw(generator, sums):
    return bisect.bisect_left(sums, generator.random() * sums[-1])


def hit_rate(caches, share, tenants=400, questions=300, requests=300_000, seconds=86_400, lifetime=7_200):
    """The share of requests that find an answer; `share` says which of the caches a request of a tenant meets."""
    generator = random.Random(7)
    tenant_sums, question_sums = zipf(tenants, 0.8), zipf(questions)
    kept = [{} for _ in range(caches)]
    hits = 0
    for number in range(requests):
        now = number * seconds / requests
        tenant = draw(generator, tenant_sums)
        question = (tenant, draw(generator, question_sums))
        cache = kept[share(generator, tenant)]
        if cache.get(question, -1) > now:
            hits += 1
        else:
            cache[question] = now + lifetime * generator.uniform(0.95, 1.05)
    return hits / requests


def cells():
    """What dividing the cache costs in hits: by chance, as replicas without a Redis do, or by tenant, as cells do."""
    rows = []
    # A tenant's answers are all in its cell, so the number of cells makes no difference.
    by_tenant = hit_rate(24, lambda generator, tenant: tenant % 24)
    for count in (1, 2, 3, 6, 12, 24):
        chance = hit_rate(count, lambda generator, tenant: generator.randrange(count)) if count > 1 else by_tenant
        rows.append([count, f"{chance:.1%}", f"{by_tenant:.1%}", f"{(1 - chance) / (1 - by_tenant):.2f}"])
    return table(["Parts", "by chance (no shared Redis)", "by tenant (cells)", "calls, times those of cells"], rows)


def largest_cell():
    """How unequal cells are when tenants are put into them by a hash, and when the largest tenants are placed by hand."""
    rows, sums = [], zipf(2000, 0.8)
    loads = [b - a for a, b in zip([0.0, *sums], sums)]
    for count in (2, 4, 8, 16, 32):
        generator, hashed, placed = random.Random(11), [0.0] * count, [0.0] * count
        for rank, load in enumerate(loads):
            hashed[generator.randrange(count)] += load
            target = min(range(count), key=placed.__getitem__) if rank < 8 * count else generator.randrange(count)
            placed[target] += load
        rows.append([count, *(f"{max(cell) * count / sums[-1]:.2f}" for cell in (hashed, placed))])
    return table(["Cells", "by hash alone", "the largest placed, the rest by hash"], rows)


def crc16(text):
    """CRC-16/XMODEM, by which a Redis Cluster finds the slot of a key."""
    value = 0
    for byte in text.encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def cluster():
    """The busiest node of a Redis Cluster against the mean: 64 buckets as Hearth has them, and the popularity of questions."""
    generator, sums = random.Random(3), zipf(200_000)
    bucket_of = [generator.randrange(64) for _ in range(200_000)]
    slots = [crc16(f"hearth:{number:02}") % 16384 for number in range(64)]
    weights = [b - a for a, b in zip([0.0, *sums], sums)]
    rows = []
    for nodes in (1, 2, 3, 4, 6, 8, 16):
        owner = [slot * nodes // 16384 for slot in slots]
        row = [nodes]
        for in_memory in (0, 20_000):
            load = [0.0] * nodes
            for question in range(in_memory, len(weights)):
                load[owner[bucket_of[question]]] += weights[question]
            row.append(f"{max(load) * nodes / sum(load):.2f}")
        buckets = [owner.count(node) for node in range(nodes)]
        rows.append(row + [f"{max(buckets) * nodes / 64:.2f}", thousands(nodes * REDIS_BYTES / MEASURED["redisBytesPerEntry"] / (max(buckets) * nodes / 64))])
    return table(["Nodes", "load, without memory tier", "load, the 20,000 most asked in memory", "bytes", "answers of 200 characters"], rows)


def rows_a_minute(rate, tenants):
    """Different combinations of tenant, language, category and result within a minute, as each replica writes them."""
    generator, sums = random.Random(5), zipf(tenants, 0.8)
    languages, categories = zipf(5, 1.5), zipf(8)
    seen = set()
    drawn = min(rate * 60, 120_000)
    for _ in range(int(drawn)):
        seen.add((draw(generator, sums), draw(generator, languages), draw(generator, categories), generator.random() < 0.9))
    return len(seen)


def statistics():
    """How large the statistics get, and how long one PostgreSQL is busy with them."""
    rows = []
    for tenants, rate in ((1, 100), (1, 2000), (100, 2000), (1000, 2000), (10_000, 2000)):
        a_minute = min(rows_a_minute(rate, tenants), 10_000)
        combinations = min(tenants * 80, a_minute * 60)
        kept = a_minute * MINUTES + combinations * HOURS + combinations * DAYS
        size = kept * MEASURED["statisticsRowBytes"] / 1e9
        rows.append([f"{tenants:,}", f"{rate:,}", thousands(a_minute), thousands(a_minute * 1440), f"{size:,.1f} GB", f"{a_minute * 1440 * MEASURED['statisticsRowBytes'] / 1e9:,.2f} GB"])
    return table(["Tenants", "requests a second", "rows a minute", "rows a day", "kept", "one day's partition"], rows)


TABLES = {"costs": costs, "sizes": sizes, "capacity": capacity, "money": money, "cells": cells, "largest-cell": largest_cell, "cluster": cluster,
          "statistics": statistics}


def filled(text, tables):
    def replace(found):
        return f"{found[1]}\n\n{tables[found[2]]}\n\n{found[3]}"

    return re.sub(r"(<!-- table ([\w-]+) -->)\n.*?(<!-- end -->)", replace, text, flags=re.S)


def main():
    tables = {name: made() for name, made in TABLES.items()}
    tables["measured"] = f"On {MEASURED['machine']}, {MEASURED['day']}."
    if len(sys.argv) == 1:
        print("\n\n".join(f"{name}\n\n{made}" for name, made in tables.items()))
        return 0
    before = DOCUMENT.read_text(encoding="utf-8")
    missing = [name for name in tables if f"<!-- table {name} -->" not in before]
    after = filled(before, tables)
    if sys.argv[1] == "write":
        DOCUMENT.write_text(after, encoding="utf-8")
        return 0
    if missing or before != after:
        print(f"docs/scale.md has no table {', '.join(missing)}" if missing else "The tables of docs/scale.md are not those of the model. Renew them: Benchmarks/scale write")
        return 1
    print("The tables of docs/scale.md are those of the model.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
