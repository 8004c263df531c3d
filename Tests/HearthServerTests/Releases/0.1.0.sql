DELETE FROM api_key WHERE least(revoked_at, expires_at) < $1
DELETE FROM audit_act WHERE id IN (SELECT id FROM audit_act WHERE at < $1 ORDER BY at LIMIT $2)
DELETE FROM background_cost WHERE resolution = $1 AND bucket_start < $2
DELETE FROM cache_statistics WHERE resolution = $1 AND bucket_start < $2
DELETE FROM hearth_migration WHERE name = 'statistics-3-tenants'
DELETE FROM inbox_message WHERE finished_at < $1
DELETE FROM invalidation WHERE generation <= $1 AND generation NOT IN (SELECT max(generation) FROM invalidation WHERE cache_key IS NULL AND tag IS NULL GROUP BY space, language, category UNION ALL SELECT newest FROM ( SELECT max(generation) AS newest FROM invalidation WHERE cache_key IS NULL AND tag IS NOT NULL GROUP BY space, tag ORDER BY newest DESC LIMIT 1000 ) AS tags)
DELETE FROM job_run WHERE run_id IN ( SELECT run_id FROM job_run WHERE job = $1 AND claimed_at < $2 AND state NOT IN ('claimed', 'running') AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = $1 ORDER BY run_id DESC LIMIT $3) AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = $1 AND state IN ('failed', 'timed_out', 'abandoned', 'lost_lease', 'fence_rejected') ORDER BY run_id DESC LIMIT $4) ORDER BY run_id LIMIT $5)
DELETE FROM job_run WHERE run_id IN (SELECT run_id FROM job_run WHERE job = $1 AND run_id <= $2 AND state NOT IN ('claimed', 'running') ORDER BY run_id LIMIT $3)
DELETE FROM query_pattern AS kept USING unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest) WHERE kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest
DELETE FROM query_pattern_customer AS kept USING unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest) WHERE kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest
DELETE FROM query_pattern_customer WHERE customer = $1 AND tenant = $2 RETURNING tenant, language, digest
DELETE FROM statistics_reopened_hour WHERE hour = $1
DELETE FROM statistics_replica WHERE last_seen < $1
INSERT INTO api_key (id, name, tenant, scopes, fingerprint, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
INSERT INTO audit_act (id, at, actor, tenant, address, action, method, route, parameters, entries, status, request_id) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[]) ON CONFLICT (id) DO NOTHING
INSERT INTO background_cost AS kept (resolution, bucket_start, purpose, calls, cost_microdollars, tenant) SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) ON CONFLICT (resolution, bucket_start, tenant, purpose) DO UPDATE SET calls = kept.calls + excluded.calls, cost_microdollars = kept.cost_microdollars + excluded.cost_microdollars
INSERT INTO cache_statistics AS kept (resolution, bucket_start, language, category, result, tenant, requests, failed, saved_microdollars, cost_microdollars, duration_nanoseconds, upstream_requests, upstream_nanoseconds, miss_never_stored, miss_expired, miss_invalidated, miss_low_confidence, miss_bypass, miss_integrity, miss_store_unavailable, latency) SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bytea[]) ON CONFLICT (resolution, bucket_start, language, category, result, tenant) DO UPDATE SET requests = kept.requests + excluded.requests, failed = kept.failed + excluded.failed, saved_microdollars = kept.saved_microdollars + excluded.saved_microdollars, cost_microdollars = kept.cost_microdollars + excluded.cost_microdollars, duration_nanoseconds = kept.duration_nanoseconds + excluded.duration_nanoseconds, upstream_requests = kept.upstream_requests + excluded.upstream_requests, upstream_nanoseconds = kept.upstream_nanoseconds + excluded.upstream_nanoseconds, miss_never_stored = kept.miss_never_stored + excluded.miss_never_stored, miss_expired = kept.miss_expired + excluded.miss_expired, miss_invalidated = kept.miss_invalidated + excluded.miss_invalidated, miss_low_confidence = kept.miss_low_confidence + excluded.miss_low_confidence, miss_bypass = kept.miss_bypass + excluded.miss_bypass, miss_integrity = kept.miss_integrity + excluded.miss_integrity, miss_store_unavailable = kept.miss_store_unavailable + excluded.miss_store_unavailable, latency = excluded.latency
INSERT INTO hearth_migration (name) VALUES ($1)
INSERT INTO inbox_message (id, sender, channel, body, state, written_at, received_at, due_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING position
INSERT INTO invalidation (generation, at, actor, cache_key, language, category, tag, space) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
INSERT INTO job_fence (job, fence) VALUES ($1, 0) ON CONFLICT DO NOTHING
INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind, tzdb_version, state, claimed_at, finished_at, holder, app_version, config_hash, missed_count, missed_is_lower_bound, missed_from, error_type) VALUES ($1, $2, 1, 'cron', $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT DO NOTHING
INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind, tzdb_version, state, claimed_at, started_at, finished_at, holder, lease_until, fence, app_version, config_hash, missed_count, missed_is_lower_bound, missed_from, retry_of, idempotency_key, actor, trace_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, clock_timestamp() + $17::bigint * interval '1 millisecond', $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
INSERT INTO job_state (job, config_hash, schedule, registered_at, schedule_since, updated_at) VALUES ($1, $2, $3, $4, $4, $4) ON CONFLICT (job) DO UPDATE SET config_hash = excluded.config_hash, updated_at = excluded.updated_at, schedule = excluded.schedule, schedule_since = CASE WHEN job_state.schedule = excluded.schedule THEN job_state.schedule_since ELSE excluded.schedule_since END RETURNING *
INSERT INTO query_pattern AS kept (tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, confidence_millionths, customers, first_seen, last_seen) SELECT * FROM unnest( $1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::integer[], $14::timestamptz[], $15::timestamptz[]) ON CONFLICT (tenant, language, digest) DO UPDATE SET hits = kept.hits + excluded.hits, misses = kept.misses + excluded.misses, saved_microdollars = kept.saved_microdollars + excluded.saved_microdollars, cost_microdollars = kept.cost_microdollars + excluded.cost_microdollars, category = excluded.category, miss_reason = coalesce(excluded.miss_reason, kept.miss_reason), normalized_query = coalesce(kept.normalized_query, excluded.normalized_query), query = coalesce(kept.query, excluded.query), confidence_millionths = coalesce(excluded.confidence_millionths, kept.confidence_millionths), customers = greatest(kept.customers, excluded.customers), first_seen = least(kept.first_seen, excluded.first_seen), last_seen = greatest(kept.last_seen, excluded.last_seen), archived_at = NULL
INSERT INTO query_pattern_customer (tenant, language, digest, customer) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) ON CONFLICT DO NOTHING
INSERT INTO statistics_reopened_hour (hour) VALUES ($1) ON CONFLICT DO NOTHING
INSERT INTO statistics_replica AS kept (replica, incarnation, last_sequence, last_seen, has_left) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (replica, incarnation) DO UPDATE SET last_sequence = greatest(kept.last_sequence, excluded.last_sequence), last_seen = greatest(kept.last_seen, excluded.last_seen), has_left = excluded.has_left
SELECT * FROM api_key ORDER BY created_at, id
SELECT * FROM audit_act WHERE true AND action = $1 ORDER BY id DESC LIMIT $2
SELECT * FROM audit_act WHERE true AND actor = $1 ORDER BY id DESC LIMIT $2
SELECT * FROM audit_act WHERE true AND at >= $1 AND at <= $2 ORDER BY id DESC LIMIT $3
SELECT * FROM audit_act WHERE true AND id < $1 ORDER BY id DESC LIMIT $2
SELECT * FROM audit_act WHERE true AND tenant = $1 AND at >= $2 ORDER BY id DESC LIMIT $3
SELECT * FROM audit_act WHERE true AND tenant = $1 ORDER BY id DESC LIMIT $2
SELECT * FROM audit_act WHERE true ORDER BY id DESC LIMIT $1
SELECT * FROM inbox_message ORDER BY position DESC LIMIT $1
SELECT * FROM inbox_message WHERE state = 'sent' ORDER BY position DESC LIMIT $1
SELECT * FROM invalidation WHERE $1::text IS NULL OR space IN ($1, '*') ORDER BY generation DESC LIMIT $2
SELECT * FROM job_run WHERE job = $1 AND run_id < $2 ORDER BY run_id DESC LIMIT $3
SELECT * FROM job_run WHERE job = $1 AND scheduled_for >= $2 AND scheduled_for <= $3 ORDER BY run_id DESC LIMIT $4
SELECT * FROM job_run WHERE job = $1 AND state = ANY($2::text[]) ORDER BY run_id DESC LIMIT $3
SELECT * FROM job_run WHERE job = $1 ORDER BY run_id DESC LIMIT $2
SELECT * FROM job_run WHERE run_id = $1
SELECT * FROM job_run WHERE scheduled_for >= $1 AND scheduled_for <= $2 ORDER BY run_id DESC LIMIT $3
SELECT * FROM job_run WHERE state IN ('claimed', 'running') AND lease_until NOT BETWEEN clock_timestamp() AND clock_timestamp() + 2 * $1::bigint * interval '1 millisecond'
SELECT * FROM job_state
SELECT 1 FROM aggregation_watermark FOR UPDATE
SELECT 1 FROM aggregation_watermark WHERE resolution = 'hour' FOR UPDATE
SELECT 1 FROM job_fence WHERE job = $1 AND fence = $2 FOR SHARE
SELECT 1 FROM job_run WHERE run_id = $1 AND state IN ('claimed', 'running') AND lease_until NOT BETWEEN clock_timestamp() AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond'
SELECT 1 FROM job_state WHERE job = ANY($1::text[]) ORDER BY job FOR UPDATE
SELECT 1 FROM job_state WHERE job IN (SELECT job FROM job_run WHERE run_id = ANY($1::uuid[])) ORDER BY job FOR UPDATE
SELECT DISTINCT ON (replica) replica, last_seen, has_left FROM statistics_replica ORDER BY replica, last_seen DESC, incarnation
SELECT DISTINCT job FROM job_run WHERE claimed_at < $1
SELECT DISTINCT scheduled_for FROM job_run WHERE job = $1 AND scheduled_for BETWEEN $2 AND $3 AND trigger NOT IN ('manual', 'startup') LIMIT 10000
SELECT bucket_start, language, category, result, tenant, latency, requests, failed, saved_microdollars, cost_microdollars, duration_nanoseconds, upstream_requests, upstream_nanoseconds, miss_never_stored, miss_expired, miss_invalidated, miss_low_confidence, miss_bypass, miss_integrity, miss_store_unavailable FROM cache_statistics WHERE resolution = $1 AND bucket_start >= $2 AND bucket_start < $3 AND ($4::text IS NULL OR tenant = $4)
SELECT bucket_start, purpose, tenant, calls, cost_microdollars FROM background_cost WHERE resolution = $1 AND bucket_start >= $2 AND bucket_start < $3 AND ($4::text IS NULL OR tenant = $4)
SELECT clock_timestamp()
SELECT coalesce((SELECT holder_run IS NOT NULL AND lease_until BETWEEN clock_timestamp() AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond' FROM job_state WHERE job = $1), FALSE) AS held
SELECT coalesce((SELECT holder_run IS NOT NULL AND lease_until BETWEEN clock_timestamp() AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond' FROM job_state WHERE job = $1), FALSE) AS held, EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND scheduled_for = $3 AND attempt >= $4 AND trigger NOT IN ('manual', 'startup')) OR EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND missed_count > 0 AND state LIKE 'skipped%' AND missed_from <= $3 AND scheduled_for >= $3) AS on_record, EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND state = 'claimed') AS waiting, (SELECT run_id FROM job_run WHERE job = $1 AND idempotency_key = $5) AS known
SELECT coalesce(job_run.fence = job_fence.fence, TRUE) FROM job_run JOIN job_fence USING (job) WHERE run_id = $1 AND holder = $2 AND state IN ('claimed', 'running')
SELECT coalesce(sum(hits), 0)::bigint, coalesce(sum(misses), 0)::bigint FROM query_pattern WHERE digest = $1 AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR tenant = $3)
SELECT complete_through FROM aggregation_watermark WHERE resolution = 'hour'
SELECT count(*) FILTER (WHERE state IN ('waiting', 'answered')) AS open, count(*) FILTER (WHERE state = 'dead') AS dead, min(received_at) FILTER (WHERE state IN ('waiting', 'answered')) AS oldest, min(due_at) FILTER (WHERE state IN ('waiting', 'answered')) AS due FROM inbox_message WHERE state IN ('waiting', 'answered') OR state = 'dead'
SELECT count(*) FROM cache_statistics WHERE resolution = 'minute' AND bucket_start >= $1
SELECT count(*) FROM cache_statistics WHERE resolution = 'week'
SELECT count(*) FROM inbox_message WHERE sender = $1 AND received_at > $2 AND id <> $3
SELECT count(*) FROM inbox_message WHERE state IN ('waiting', 'answered')
SELECT fence FROM job_fence WHERE job = $1
SELECT generation FROM invalidation ORDER BY generation DESC LIMIT 1 OFFSET $1
SELECT hour FROM statistics_reopened_hour ORDER BY hour
SELECT job FROM job_run WHERE run_id = $1
SELECT job FROM job_state
SELECT job, state, fence FROM job_run WHERE run_id = $1
SELECT job, state, fence FROM job_run WHERE run_id = $1 AND holder = $2
SELECT job_run.* FROM job_run JOIN job_state USING (job) WHERE (state IN ('abandoned', 'lost_lease', 'fence_rejected') OR state = 'cancelled' AND error_type IN ('shutdown', 'clock_step')) AND scheduled_for = last_accounted_for AND trigger IN ('cron', 'catch_up', 'retry') AND attempt = (SELECT max(attempt) FROM job_run AS other WHERE other.job = job_run.job AND other.scheduled_for = job_run.scheduled_for AND other.trigger NOT IN ('manual', 'startup'))
SELECT kept.bucket_start, kept.language, kept.category, kept.result, kept.tenant, kept.latency FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[]) AS wanted (bucket_start, language, category, result, tenant) JOIN cache_statistics AS kept ON kept.resolution = $1 AND kept.bucket_start = wanted.bucket_start AND kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.category = wanted.category AND kept.result = wanted.result
SELECT kept.tenant, kept.language, kept.digest, count(*) FROM unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest) JOIN query_pattern_customer AS kept ON kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest GROUP BY kept.tenant, kept.language, kept.digest
SELECT kept.tenant, kept.language, kept.digest, kept.customers::bigint FROM unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest) JOIN query_pattern AS kept ON kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest
SELECT last_accounted_for FROM job_state WHERE job = $1
SELECT last_sequence FROM statistics_replica WHERE replica = $1 AND incarnation = $2
SELECT least($4::bigint - 1, floor(extract(epoch FROM scheduled_for - $2::timestamptz) * 1000 * $4::bigint / $5::bigint))::bigint AS bin, state, sum(CASE WHEN state LIKE 'skipped%' THEN greatest(1, missed_count) ELSE 1 END)::bigint AS occurrences FROM job_run WHERE job = $1 AND scheduled_for >= $2::timestamptz AND scheduled_for < $3 GROUP BY bin, state
SELECT max(generation) AS generation, now() AS at, '' AS actor, space, cache_key, language, category, tag, 0 AS removed FROM invalidation GROUP BY space, cache_key, language, category, tag ORDER BY 1
SELECT min(oldest) FROM ( SELECT min(bucket_start) AS oldest FROM cache_statistics WHERE resolution = $1 AND bucket_start >= $2 UNION ALL SELECT min(bucket_start) FROM background_cost WHERE resolution = $1 AND bucket_start >= $2) AS both_tables
SELECT missed_from, scheduled_for FROM job_run WHERE job = $1 AND missed_count > 0 AND state LIKE 'skipped%' AND missed_from <= $3 AND scheduled_for >= $2 LIMIT 1000
SELECT name FROM hearth_migration
SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))
SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname LIKE 'cache\_statistics\_minute\_%' AND relname < $1 ORDER BY relname
SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1::text[])
SELECT removed_before FROM aggregation_watermark WHERE resolution = $1
SELECT revision FROM credential_revision
SELECT run_id FROM job_run WHERE job = $1 ORDER BY run_id DESC LIMIT 1 OFFSET $2
SELECT schedule, config_hash FROM job_state WHERE job = $1 FOR UPDATE
SELECT state FROM job_run WHERE run_id = $1 AND holder = $2
SELECT tenant, language, digest FROM query_pattern WHERE archived_at < $1 LIMIT $2
SELECT tenant, language, digest FROM query_pattern WHERE archived_at IS NULL AND last_seen < $1 AND digest <> $2 ORDER BY last_seen LIMIT $3
SELECT tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, confidence_millionths, customers, first_seen, last_seen FROM (SELECT * FROM query_pattern WHERE digest <> $1 ORDER BY last_seen LIMIT 10000) AS unseen ORDER BY hits + misses, last_seen LIMIT $2
SELECT tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, confidence_millionths, customers, first_seen, last_seen FROM query_pattern WHERE archived_at IS NULL AND digest <> $1 AND hits > 0 AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR category = $3) AND ($5::text IS NULL OR tenant = $5) ORDER BY hits DESC, last_seen DESC, digest, tenant LIMIT $4
SELECT tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, confidence_millionths, customers, first_seen, last_seen FROM query_pattern WHERE archived_at IS NULL AND digest <> $1 AND hits > 0 AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR category = $3) AND ($5::text IS NULL OR tenant = $5) ORDER BY saved_microdollars DESC, hits DESC, digest, tenant LIMIT $4
SELECT tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, confidence_millionths, customers, first_seen, last_seen FROM query_pattern WHERE archived_at IS NULL AND digest <> $1 AND misses > 0 AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR category = $3) AND ($5::text IS NULL OR tenant = $5) ORDER BY misses DESC, last_seen DESC, digest, tenant LIMIT $4
SELECT tenant, requests FROM cache_statistics
SELECT to_regclass('hearth_migration') IS NOT NULL
SELECT value FROM invalidation_counter
UPDATE aggregation_watermark SET complete_through = greatest(complete_through, $1) WHERE resolution = 'hour'
UPDATE aggregation_watermark SET removed_before = greatest(removed_before, $1) WHERE resolution = $2
UPDATE api_key SET expires_at = least(expires_at, $1) WHERE id = $2
UPDATE api_key SET last_used_at = used.at FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at) WHERE api_key.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)
UPDATE api_key SET revoked_at = $1 WHERE id = $2
UPDATE credential_revision SET revision = revision + 1
UPDATE inbox_message SET attempts = attempts + 1, due_at = $2, error = $3, leased_until = NULL WHERE id = $1 AND state IN ('waiting', 'answered')
UPDATE inbox_message SET leased_until = clock_timestamp() + $1 * interval '1 millisecond' WHERE position IN ( SELECT position FROM inbox_message AS message WHERE state IN ('waiting', 'answered') AND due_at <= $2 AND (leased_until IS NULL OR leased_until < clock_timestamp()) AND sender <> ALL ($4::text[]) AND NOT EXISTS ( SELECT 1 FROM inbox_message AS earlier WHERE earlier.sender = message.sender AND earlier.state IN ('waiting', 'answered') AND (earlier.written_at, earlier.position) < (message.written_at, message.position)) ORDER BY due_at, position LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING *
UPDATE inbox_message SET sender = '' WHERE finished_at < $1 AND state <> 'dead' AND sender <> ''
UPDATE inbox_message SET sender = '', body = '', reply = NULL, finished_at = coalesce(finished_at, $1), leased_until = NULL, error = CASE WHEN state IN ('waiting', 'answered') THEN 'the customer was deleted' ELSE error END, state = CASE WHEN state IN ('waiting', 'answered') THEN 'dead' ELSE state END WHERE sender = $2
UPDATE inbox_message SET state = $2, error = $3, finished_at = $4, attempts = attempts + 1, leased_until = NULL , body = '', reply = NULL WHERE id = $1
UPDATE inbox_message SET state = $2, error = $3, finished_at = $4, attempts = attempts + 1, leased_until = NULL WHERE id = $1
UPDATE inbox_message SET state = 'answered', reply = $2 WHERE id = $1 AND state IN ('waiting', 'answered')
UPDATE inbox_message SET state = CASE WHEN reply IS NULL THEN 'waiting' ELSE 'answered' END, attempts = 0, due_at = $2, finished_at = NULL, leased_until = NULL WHERE id = $1 AND state = 'dead' RETURNING position
UPDATE invalidation SET removed = $1 WHERE generation = $2
UPDATE invalidation_counter SET value = greatest(value, $1) + 1 RETURNING value
UPDATE job_fence SET fence = fence + 1 WHERE job = $1
UPDATE job_run SET lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' WHERE run_id = ANY($1::uuid[]) AND holder = $2 AND state IN ('claimed', 'running') AND (fence IS NULL OR fence = (SELECT fence FROM job_fence WHERE job_fence.job = job_run.job)) RETURNING run_id
UPDATE job_run SET state = $3, started_at = coalesce($4, started_at), finished_at = $5, lateness_ms = $6, duration_ms = $7, lease_until = NULL, window_from = $8, window_to = $9, items = $10, bytes = $11, detail = $12, error_type = $13, error_message = $14, missed_count = CASE WHEN $15::boolean THEN 0 ELSE missed_count END, missed_from = CASE WHEN $15::boolean THEN NULL ELSE missed_from END WHERE run_id = $1 AND holder = $2 AND state IN ('claimed', 'running')
UPDATE job_run SET state = 'running', started_at = $1, fence = $2, lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' WHERE run_id = $4
UPDATE job_state SET holder = NULL, holder_run = NULL, lease_until = NULL WHERE holder_run = $1
UPDATE job_state SET last_accounted_for = greatest(last_accounted_for, $1), updated_at = $2 WHERE job = $3
UPDATE job_state SET last_completion_at = $1, consecutive_failures = consecutive_failures + 1, updated_at = $1 WHERE job = $2
UPDATE job_state SET last_success_at = $1, last_completion_at = $1, consecutive_failures = 0, updated_at = $1, last_success_scheduled_for = greatest(last_success_scheduled_for, $2) WHERE job = $3
UPDATE job_state SET lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' WHERE holder_run = ANY($1::uuid[]) AND holder = $2
UPDATE query_pattern AS kept SET archived_at = $4 FROM unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest) WHERE kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest
UPDATE query_pattern AS kept SET customers = wanted.customers FROM unnest($1::text[], $2::text[], $3::bytea[], $4::integer[]) AS wanted (tenant, language, digest, customers) WHERE kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest
WITH held AS (UPDATE job_state SET holder = $2, holder_run = $3, lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond' WHERE job = $1) INSERT INTO job_fence (job, fence) VALUES ($1, 1) ON CONFLICT (job) DO UPDATE SET fence = job_fence.fence + 1 RETURNING fence
