#!/usr/bin/env bash
# make test-long: what takes too long for every change: many more cases, seeds and seconds, and fuzzing.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/test-build.sh
test_servers=(testssl.sh)
ensure_test_servers
scripts/previous-release.sh
export HEARTH_PREVIOUS=$PWD/.build-previous/hearth
# One after the other: each of them takes what the machine has, and one of them looks at the clock.
for suite in SchedulePropertyTests SimulationTests NormalizerFloodTests RealTimeTests CrashTests RedisFaultTests RedisScaleTests \
    PostgresCrossedReplyTests RedisReplicaTests TogetherTests HeldUpJobTests PartitionTests FaultPairTests FailingWriteTests \
    KilledJobTests RollingUpgradeTests DatabaseFaultTests SchemaTests InjectionTests EncryptionTests TokenTests DistinctRequestTests; do
    HEARTH_TEST_LONG=1 swift test --skip-build --filter "$suite"
done
exec scripts/fuzz.sh
