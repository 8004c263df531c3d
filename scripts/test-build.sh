# Sourced by the scripts that run tests, from the project's root: installs what tests need and builds them.
# shellcheck shell=bash
source scripts/prepare-build.sh
ensure_test_servers
# Builds the executable too, which the end-to-end tests start.
build_with_progress "Building  " debug swift build --build-tests "${jobs_given[@]}"
write_revision .build/debug

# Suites that need the machine for themselves: they look at the clock, or load it fully.
# shellcheck disable=SC2034
alone='((RedisClient|RedisFault|RedisTopology|RedisAnswerStore|RedisScale|RedisCoherence|RedisReplica|PostgresFault|PostgresCrossedReply'
alone+='|PostgresMigrator|FailingWrite|SlowDisk|LostFile|GrowingLog|ClockStep|RealTime|LookupTime|WarmingReplay|Attack|RateLimit|Overload|Schema)Tests'
alone+='|CrashTests/underLoad|HearthEndToEndTests\.ReconciliationTests)'
# Suites that mostly wait, for leases, faults and windows of time: three of them have room beside each other.
# shellcheck disable=SC2034
waiting='(SharedEngine|KilledJob|ShadowCheck|HitRateDrill|TraceOutage|Movement|AlertInhibition|RedisJobTurn|Shutdown)Tests'
# What calculates for seconds without a pause: beside it those who wait for servers would wait for a processor.
# shellcheck disable=SC2034
simulations='((Simulation|ScheduleProperty|NormalizerRobustness|NormalizerFlood|AnswerComparer|LanguageDetector|Deployment)Tests'
simulations+='|HearthStatisticsTests\.ReconciliationTests)'
# Rules, dashboards and runbooks: they keep all processors busy with tools of their own.
# shellcheck disable=SC2034
tools='ObservabilityTests\.'
# The built program beside real servers.
# shellcheck disable=SC2034
programs='HearthEndToEndTests\.'
