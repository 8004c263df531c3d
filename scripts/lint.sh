#!/usr/bin/env bash
# make lint: the form of the Swift sources and the syntax of the scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

folders=()
for folder in Sources Tests Benchmarks Package.swift; do [ ! -e "$folder" ] || folders+=("$folder"); done
swift format lint --strict --parallel --configuration .swift-format --recursive "${folders[@]}"
for script in scripts/*.sh .ci/run Benchmarks/run Benchmarks/answers Benchmarks/scheduler Benchmarks/telemetry Benchmarks/quality Benchmarks/scale Tests/Peers/run; do bash -n "$script"; done
printf 'Lint found nothing.\n'
