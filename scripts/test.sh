#!/usr/bin/env bash
# make test: everything that is tested, from unit tests to the built program on free ports. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test-build.sh
[ "$#" = 0 ] || exec swift test --skip-build "$@"
# A handful at a time: with hundreds of tests beside it a server or a program would wait seconds for its turn.
swift test --skip-build --experimental-maximum-parallelization-width 8 --skip "$alone" --skip "$waiting" --skip "$simulations" \
    --skip "$tools" --skip "$programs"
swift test --skip-build --filter "$simulations" --skip "$alone"
swift test --skip-build --experimental-maximum-parallelization-width 6 --filter "$programs" --skip "$alone" --skip "$waiting" \
    --skip "$tools"
swift test --skip-build --filter "$tools" --skip "$alone" --skip "$waiting"
HEARTH=.build/debug/hearth scripts/docs-test.sh --short
swift test --skip-build --experimental-maximum-parallelization-width 3 --filter "$waiting"
# Servers fail here, and clients look at the clock while they do: one suite after the other, with the machine for itself.
exec swift test --skip-build --no-parallel --filter "$alone"
