-- Rows of a release, as it left them: every table, every status, and each form that its JSON columns had.
-- Applied at the migration 20261123030000_undecided and never edited: later migrations must carry these rows over.
-- Secrets are encrypted with the key of upgrade.test.ts.

INSERT INTO "user" (id, name, email, email_verified, updated_at) VALUES
  ('usr_owner', 'Olivia Owner', 'owner@example.com', true, '2026-11-20T00:00:00Z'),
  ('usr_admin', 'Adam Admin', 'admin@example.com', false, '2026-11-20T00:00:00Z'),
  ('usr_member', 'Mia Member', 'member@example.com', false, '2026-11-20T00:00:00Z'),
  ('usr_viewer', 'Victor Viewer', 'viewer@example.com', false, '2026-11-20T00:00:00Z');
INSERT INTO session (id, token, user_id, expires_at, ip_address, user_agent, updated_at)
  SELECT 'ses_' || u.id, 'token-of-' || u.id, u.id, now() + interval '1 day', '203.0.113.9', 'Mozilla/5.0', now() FROM "user" u;
INSERT INTO account (id, account_id, provider_id, user_id, password, updated_at)
  SELECT 'acc_' || u.id, u.id, 'credential', u.id, 'salt:hash', now() FROM "user" u;
INSERT INTO verification (id, identifier, value, expires_at, updated_at) VALUES ('ver_1', 'owner@example.com', 'x', now() + interval '1 hour', now());
INSERT INTO rate_limit (id, key, count, last_request) VALUES ('rl_1', 'sign-in:owner@example.com', 3, 1795000000000);
INSERT INTO instance_secret (name, ciphertext) VALUES
  ('encryption key check', 'v1:Iwax5IW4:AkAqkc92wX8-Z5i-:PyveVy0SsMXXPfW_gNn-NQ:wZtyb0b1VGEzJPe5flITpHhoA7K8iLUBCbUwL-wsz3u12X4VZ_68FCuPnQ');

INSERT INTO project (id, name, is_demo, viewers_see_bodies, updated_at, deleted_at) VALUES
  ('prj_kept', 'Kept', true, true, now(), NULL),
  ('prj_other', 'Other', false, false, now(), NULL),
  ('prj_deleted', 'Deleted', false, false, now(), now());
INSERT INTO membership (project_id, user_id, role)
  SELECT p.id, 'usr_' || r, r FROM project p, unnest(enum_range(NULL::role)) AS r;
INSERT INTO access_link (id, kind, token_hash, project_id, role, email, expires_at, used_at, revoked_at)
  SELECT 'lnk_' || k || '_' || r || '_' || s, k, md5(k || '-' || r || '-' || s), CASE WHEN k = 'INVITATION' THEN 'prj_kept' END,
    CASE WHEN k = 'INVITATION' THEN r END, 'new@example.com', now() + interval '1 day' * CASE s WHEN 'expired' THEN -1 ELSE 1 END,
    CASE WHEN s = 'used' THEN now() END, CASE WHEN s = 'revoked' THEN now() END
  FROM unnest(enum_range(NULL::access_link_kind)) AS k, unnest(enum_range(NULL::role)) AS r, unnest(ARRAY['open', 'used', 'revoked', 'expired']) AS s;
INSERT INTO event_key (id, project_id, name, hash, last4, created_by_id, last_used_at, revoked_at) VALUES
  ('key_used', 'prj_kept', 'Used', 'hash-1', 'abcd', 'usr_owner', now(), NULL),
  ('key_new', 'prj_kept', 'New', 'hash-2', 'efgh', NULL, NULL, NULL),
  ('key_revoked', 'prj_kept', 'Revoked', 'hash-3', 'ijkl', 'usr_admin', now(), now());
INSERT INTO audit_log (id, project_id, actor_id, actor_label, action, target_id, summary)
  SELECT 'aud_' || n, 'prj_kept', CASE WHEN n % 2 = 0 THEN 'usr_owner' END, 'somebody', 'trigger.update', 'trg_active', 'Changed.' FROM generate_series(1, 3) n;

INSERT INTO action_configuration (id, project_id, name, type, configuration, version, disabled_at, disabled_reason, updated_at, deleted_at)
  SELECT 'act_' || s, 'prj_kept', 'Action ' || s, 'webhook',
    '{"url":"https://hooks.example.com/services/T0/B0/secret?token=abc","method":"POST","detail":"full","retry":{"preset":"standard"},"timeouts":{"connectMs":5000,"headersMs":15000,"totalMs":20000},"storeResponse":true,"maxConcurrent":100,"maxPerSecond":null,"template":null,"headers":[{"name":"x-plain","secret":false,"value":"plain"},{"name":"authorization","secret":true,"ciphertext":"v1:Iwax5IW4:FNzlFn_e8OBnKACt:p7WbJGJPEdGarRLWWZwoSg:IqoEliFuVjME67VQtVlb","last4":"aded"}]}'::jsonb
      || CASE s WHEN 'template' THEN '{"template":"{\"text\": {{ observation.name | json }}}"}'::jsonb ELSE '{}' END,
    2, CASE WHEN s = 'off' THEN now() END, CASE WHEN s = 'off' THEN 'Switched off by Olivia Owner.' END, now(), CASE WHEN s = 'deleted' THEN now() END
  FROM unnest(ARRAY['on', 'off', 'deleted', 'template']) AS s;
INSERT INTO action_secret (id, action_id, ciphertext, last4, expires_at)
  SELECT 'sec_' || s || '_' || a.id, a.id, 'v1:Iwax5IW4:NxQQkNWKP0TlEkx-:TFwrBpVZx2atRll6gFDY0w:iLunyqfRK-YuDp7HgUm7nRzv7hDrvsNLQWupJ2pvBt6jucoSvk8',
    'LaSw', CASE WHEN s = 'old' THEN now() + interval '1 hour' END
  FROM action_configuration a, unnest(ARRAY['current', 'old']) AS s;
INSERT INTO trigger_configuration (id, project_id, name, event_source, filter, sampling_rate, sampling_by, delay_seconds, delay_mode, cap_per_hour, status, version, updated_at, deleted_at)
  SELECT 'trg_' || lower(s::text), 'prj_kept', 'Trigger ' || s, 'observation.created',
    '{"type":"group","match":"all","children":[{"type":"condition","column":"level","operator":"any of","value":["ERROR"]}]}',
    0.5, 'trace', 60, 'quiet', 100, s, 3, now(), NULL FROM unnest(enum_range(NULL::trigger_status)) AS s;
INSERT INTO trigger_configuration (id, project_id, name, event_source, filter, updated_at, deleted_at) VALUES
  ('trg_all', 'prj_kept', 'All', 'observation.created', '{"type":"group","match":"all","children":[]}', now(), NULL),
  ('trg_deleted', 'prj_kept', 'Deleted', 'observation.created', '{"type":"group","match":"all","children":[]}', now(), now()),
  ('trg_broken', 'prj_kept', 'A column that is gone', 'observation.created', '{"type":"group","match":"all","children":[{"type":"condition","column":"gone","operator":"=","value":1}]}', now(), NULL);
INSERT INTO trigger_action (trigger_id, action_id, position)
  SELECT t.id, a.id, row_number() OVER (PARTITION BY t.id ORDER BY a.id) FROM trigger_configuration t, action_configuration a;
INSERT INTO trigger_change (trigger_id, project_id, revision) SELECT id, project_id, 1 FROM trigger_configuration ON CONFLICT DO NOTHING;
INSERT INTO configuration_version (id, project_id, kind, target_id, version, snapshot, summary, revision, actor_label)
  SELECT 'cfg_' || id, project_id, 'trigger', id, version, jsonb_build_object('name', name, 'filter', filter, 'actionIds', jsonb_build_array('act_on')), 'Changed.', 1, 'Olivia Owner' FROM trigger_configuration
  UNION ALL SELECT 'cfg_' || id, project_id, 'action', id, version, jsonb_build_object('name', name, 'configuration', configuration), 'Changed.', 1, 'Olivia Owner' FROM action_configuration;
INSERT INTO action_health (action_id, project_id, failures_in_row, recent, opened_at, open_until, pause_ms, slots, last_success_at, last_failure_at, failing_since, warned_at, warnings)
  SELECT id, project_id, n, '[]', CASE WHEN n = 3 THEN now() END, CASE WHEN n = 3 THEN now() + interval '1 minute' END, 30000, '[]', now(), now(), now(), now(), 1
  FROM (SELECT *, (row_number() OVER (ORDER BY id))::int AS n FROM action_configuration) AS a ON CONFLICT (action_id) DO NOTHING;
INSERT INTO action_hour (action_id, hour, project_id, attempts, succeeded, latency) SELECT id, date_trunc('hour', now(), 'UTC'), project_id, 3, 2, '{1,2}' FROM action_configuration;
INSERT INTO trigger_counter (trigger_id, hour, project_id, matched, created, delivered, failed) SELECT id, date_trunc('hour', now(), 'UTC'), project_id, 5, 4, 3, 1 FROM trigger_configuration;
INSERT INTO evaluation_counter (project_id, event_source, hour, revision, events) VALUES ('prj_kept', 'observation.created', date_trunc('hour', now(), 'UTC'), 1, 7);

INSERT INTO observation (project_id, event_source, id, trace_id, name, level, start_time, state, order_at, order_ts, last_event_id, revision_count)
  SELECT 'prj_kept', 'observation.created', 'obs_' || s, 'trace', 'chat', 'ERROR', now(),
    CASE WHEN s <> 'without_state' THEN jsonb_build_object('observation', jsonb_build_object('id', 'obs_' || s, 'level', 'ERROR', 'environment', 'default', 'name', 'chat', 'input', 'hello'))::text END,
    '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z', 'evt_APPLIED_' || s, 2
  FROM unnest(ARRAY['kept', 'without_state'] || enum_range(NULL::execution_status)::text[]) AS s;
INSERT INTO observation_revision (project_id, event_id, event_source, observation_id, outcome, state, order_at, key_id)
  SELECT o.project_id, 'evt_' || r || substr(o.id, 4), o.event_source, o.id, r, CASE WHEN r = 'UNCHANGED' THEN o.state END, o.order_at, 'key_used'
  FROM observation o, unnest(enum_range(NULL::revision_outcome)) AS r;
INSERT INTO rejected_event (id, event_id, project_id, name, key_id, reason, body) VALUES
  ('rej_whole', 'evt_r1', 'prj_kept', 'observation.created', 'key_used', 'observation.id: is missing', '{"observation":{}}'),
  ('rej_cut', 'evt_r2', 'prj_kept', 'observation.created', NULL, 'observation.id: is missing', '{"observation":{"in'),
  ('rej_removed', 'evt_r3', 'prj_kept', 'observation.created', NULL, 'observation.id: is missing', '{"removed": true}'),
  ('rej_of_nobody', 'evt_r4', NULL, 'observation.created', NULL, 'It came past the endpoint.', '{}');

INSERT INTO job (id, project_id, kind, subject_id, params, rate_per_minute, status, status_reason, total, wake_at, created_by_label)
  SELECT 'job_' || k || '_' || s, 'prj_kept', k, CASE WHEN k = 'backfill' THEN 'trg_all' END,
    CASE k WHEN 'backfill' THEN '{"triggerVersion":1,"from":"2026-11-01T00:00:00.000Z","to":"2026-11-20T00:00:00.000Z"}'::jsonb ELSE '{"filter":{}}'::jsonb END,
    60, s, 'A reason.', 10, now() + interval '1 day', 'Olivia Owner'
  FROM unnest(enum_range(NULL::job_status)) AS s, unnest(ARRAY['backfill', 'resend']) AS k;

-- Each status with each form of its life: as it was made, parked, dispatched, leased, its body frozen, pruned.
INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status, status_reason, trigger_version, event_id, generation,
    due_at, dispatched_at, input, input_frozen_at, output, error, attempt_count, lease_token, lease_expires_at, cancelled_by, is_resend, job_id, parked, finished_at)
  SELECT 'exe_' || s || '_' || f, 'prj_kept', 'trg_active', CASE f WHEN 'off' THEN 'act_off' WHEN 'frozen' THEN 'act_template' ELSE 'act_on' END,
    'observation.created', CASE f WHEN 'made' THEN 'obs_' || s ELSE 'obs_' || s || '_' || f END, s, 'A reason.', 3, 'evt_APPLIED_' || s, 1,
    now() + interval '1 day', CASE WHEN f = 'dispatched' THEN now() END,
    CASE WHEN f <> 'pruned' THEN '{"type":"observation.created","apiVersion":"v1","timestamp":"2026-11-20T00:00:00.000Z","data":{"trigger":{"id":"trg_active","name":"Trigger ACTIVE"},"execution":{"id":"exe_' || s || '_' || f || '"},"observation":{"id":"obs_' || s || '","name":"chat"},"url":"http://localhost:3000/"}}' END,
    CASE WHEN f = 'frozen' THEN now() END, CASE WHEN s = 'COMPLETED' THEN '{"status":204,"durationMs":12}'::jsonb END,
    CASE WHEN s = 'ERROR' THEN '{"code":"http_5xx","message":"500 Internal Server Error"}'::jsonb END, 1,
    CASE WHEN s = 'RUNNING' THEN '999:lse_x' END, CASE WHEN s = 'RUNNING' THEN now() + interval '1 day' END,
    CASE WHEN s = 'CANCELLED' THEN (enum_range(NULL::cancelled_by))[1 + (f = 'parked')::int] END, f = 'dispatched',
    CASE WHEN f = 'parked' THEN 'job_backfill_COMPLETED' END, f = 'parked', CASE WHEN s NOT IN ('PENDING', 'RUNNING') THEN now() END
  FROM unnest(enum_range(NULL::execution_status)) AS s, unnest(ARRAY['made', 'parked', 'dispatched', 'frozen', 'pruned', 'off']) AS f;
INSERT INTO action_attempt (id, execution_id, project_id, number, status, lease_token, request, response_status, response_headers, response_body, error_code, message, duration_ms, finished_at)
  SELECT 'att_' || a || '_' || e.id, e.id, e.project_id, (row_number() OVER (PARTITION BY e.id ORDER BY a))::int, a, '1:lse',
    CASE WHEN e.input IS NULL THEN '{"removed":true}'::jsonb WHEN a = 'FAILED' THEN '{"problem":"The template failed."}'::jsonb
      ELSE '{"method":"POST","url":"https://hooks.example.com/services/T0/B0/secret?token=abc","headers":{"content-type":"application/json","authorization":"••••"}}'::jsonb END,
    CASE a WHEN 'SUCCEEDED' THEN 204 WHEN 'FAILED' THEN 500 END, CASE WHEN a <> 'RUNNING' THEN '{"server":"x","content-type":"text/plain"}'::jsonb END,
    CASE WHEN a <> 'RUNNING' THEN 'an answer' END, CASE WHEN a = 'FAILED' THEN 'http_5xx' END, 'A message.', 12, CASE WHEN a <> 'RUNNING' THEN now() END
  FROM action_execution e, unnest(enum_range(NULL::attempt_status)) AS a;
INSERT INTO decision (id, project_id, event_id, event_source, source_id, trigger_id, trigger_version, action_id, execution_id, kind, reason)
  SELECT 'dec_' || k || '_' || o.id, o.project_id, o.last_event_id, o.event_source, o.id, CASE WHEN k <> 'ignored_older' THEN 'trg_active' END,
    CASE WHEN k <> 'ignored_older' THEN 3 END, CASE WHEN k NOT IN ('ignored_older', 'filter_error') THEN 'act_on' END, NULL, k,
    CASE k WHEN 'not_matched' THEN 'level is "DEFAULT", not any of "ERROR"' ELSE 'A reason.' END
  FROM observation o, unnest(ARRAY['created', 'skipped_exists', 'cancelled', 'not_matched', 'not_matched_finished', 'sampled_out', 'over_cap', 'ignored_older', 'filter_error']) AS k;

INSERT INTO operational_webhook (project_id, url, ciphertext, last4) VALUES
  ('prj_kept', 'https://hooks.example.com/told', 'v1:Iwax5IW4:NxQQkNWKP0TlEkx-:TFwrBpVZx2atRll6gFDY0w:iLunyqfRK-YuDp7HgUm7nRzv7hDrvsNLQWupJ2pvBt6jucoSvk8', 'LaSw');
INSERT INTO operational_notice (id, project_id, action_id, type, body, status, attempts, due_at, message, finished_at)
  SELECT 'msg_' || s, 'prj_kept', 'act_on', 'endpoint.failing', '{"type":"endpoint.failing"}', s, 1, now() + interval '1 day', 'A message.', CASE WHEN s <> 'waiting' THEN now() END
  FROM unnest(ARRAY['waiting', 'sent', 'failed']) AS s;
