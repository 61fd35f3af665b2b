/*
 * Rows in each state that they can have: new ones, those that pruning and expunging leave, and those that an older
 * version or a person with SQL may have left. Written as SQL, so that tests of the API and tests in a browser use the
 * same rows.
 */

export type Query = (text: string, values: unknown[]) => Promise<unknown>;
export type LifeStates = { executionIds: string[]; observationIds: string[]; rejectedIds: string[] };
type Place = { projectId: string; triggerId: string; actionId: string };

const SOURCE = "observation.created";
const sent = {
  method: "POST",
  url: "https://example.com/hook",
  headers: { "content-type": "application/json", authorization: "••••" },
};
/** Contents of the column `request`: each form that it has had, and wrong ones. */
const requests = {
  sent,
  problem: { problem: "The template failed." },
  removed: { removed: true },
  expunged: { ...sent, expunged: true },
  "removed-and-expunged": { removed: true, expunged: true },
  empty: {},
  list: [],
  text: "POST",
};
const executionStatuses = ["PENDING", "RUNNING", "COMPLETED", "ERROR", "CANCELLED", "SKIPPED"];
const attemptStatuses = ["RUNNING", "SUCCEEDED", "FAILED", "UNKNOWN"];
const jobStatuses = ["RUNNING", "PAUSED", "COMPLETED", "CANCELLED", "FAILED"];
const summaries = [null, {}, { status: 200, durationMs: 3 }, { code: null, message: null }, [], "text", 7];
const snapshots = [{}, null, [], "text", 7, { name: 7, filter: "x", actionIds: "act", status: null }];
const decisionKinds = ["created", "not_matched", "over_cap", "filter_error", "a kind of an older version"];

/**
 * Adds the rows to a project, a trigger and an action. The ids end with the project's id, so that several projects may
 * have such rows in one database.
 */
export async function fillWithLifeStates(query: Query, { projectId, triggerId, actionId }: Place): Promise<LifeStates> {
  const id = (name: string): string => `${name}-${projectId}`;
  const states: LifeStates = { executionIds: [], observationIds: [], rejectedIds: [] };
  let count = 0;

  const execution = async (name: string, status: string, input: string | null): Promise<string> => {
    const executionId = id(`exe_${name}`);
    const summary = JSON.stringify(summaries[count++ % summaries.length]);
    await query(
      `
       INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status,
         status_reason,
         trigger_version, event_id, due_at, input, output, error, attempt_count)
       VALUES ($1, $2, $3, $4, '${SOURCE}', $1, $5::execution_status, 'A reason.', 1, 'evt', now() + interval '1 day',
         $6, $7::jsonb, $7::jsonb, 1)`,
      [executionId, projectId, triggerId, actionId, status, input, summary],
    );
    states.executionIds.push(executionId);
    return executionId;
  };
  const attempt = (
    executionId: string,
    number: number,
    { status, request, headers }: { status: string; request: unknown; headers: unknown },
  ) =>
    query(
      `
       INSERT INTO action_attempt (id, execution_id, project_id, number, status, lease_token, request, response_status,
         response_headers, response_body)
       VALUES ($1, $2, $3, $4, $5::attempt_status, '1:x', $6::jsonb, $7, $8::jsonb, $9)`,
      [
        `att_${number}-${executionId}`,
        executionId,
        projectId,
        number,
        status,
        JSON.stringify(request),
        number % 2 === 0 ? 500 : null,
        headers === null ? null : JSON.stringify(headers),
        headers === null ? null : "{}",
      ],
    );

  for (const status of executionStatuses) {
    await attempt(await execution(`kept-${status}`, status, '{"data":{}}'), 1, {
      status: "SUCCEEDED",
      request: sent,
      headers: { server: "x" },
    });
    await attempt(await execution(`pruned-${status}`, status, null), 1, {
      status: "SUCCEEDED",
      request: requests.removed,
      headers: null,
    });
    await execution(`emptied-${status}`, status, null);
  }
  for (const [name, request] of Object.entries(requests)) {
    const executionId = await execution(`request-${name}`, "ERROR", null);
    for (const [index, status] of attemptStatuses.entries())
      await attempt(executionId, index + 1, { status, request, headers: [null, { server: "x" }, [], "text"][index] });
  }

  const observation = async (name: string, state: string | null): Promise<void> => {
    const observationId = id(`obs-${name}`);
    await query(
      `
        INSERT INTO observation (project_id, event_source, id, state, order_at, order_ts, last_event_id)
          VALUES ($1, '${SOURCE}', $2, $3, now(), now(), 'evt')`,
      [projectId, observationId, state],
    );
    for (const [index, outcome] of ["APPLIED", "UNCHANGED", "OLDER"].entries())
      await query(
        `INSERT INTO observation_revision (project_id, event_id, event_source, observation_id, outcome, state, order_at)
         VALUES ($1, $2, '${SOURCE}', $3, $4::revision_outcome, $5, now())`,
        [projectId, `evt-${index}-${observationId}`, observationId, outcome, index === 0 ? state : null],
      );
    for (const kind of decisionKinds)
      await query(
        `
         INSERT INTO decision (id, project_id, event_id, event_source, source_id, trigger_id, trigger_version,
           action_id, execution_id, kind, reason)
         VALUES ($1, $2, 'evt', '${SOURCE}', $3, $4, $5, $6, $7, $8, 'A reason.')`,
        [
          `dec-${kind}-${observationId}`,
          projectId,
          observationId,
          kind === "not_matched" ? null : triggerId,
          kind === "created" ? 1 : null,
          kind === "created" ? actionId : null,
          kind === "created" ? states.executionIds[0] : null,
          kind,
        ],
      );
    states.observationIds.push(observationId);
  };
  await observation("kept", JSON.stringify({ observation: { id: id("obs-kept"), input: "hello" } }));
  await observation("expunged", JSON.stringify({ observation: { id: id("obs-expunged") } }));
  await observation("without-state", null);

  for (const [name, body] of Object.entries({
    kept: '{"observation":{}}',
    cut: '{"observation":{"in',
    removed: '{"removed": true}',
  })) {
    const rejectedId = id(`rej-${name}`);
    await query(
      `
        INSERT INTO rejected_event (id, event_id, project_id, name, reason, body)
          VALUES ($1, $1, $2, '${SOURCE}', 'A reason.', $3)`,
      [rejectedId, projectId, body],
    );
    states.rejectedIds.push(rejectedId);
  }
  for (const [index, snapshot] of snapshots.entries())
    for (const [kind, targetId] of [
      ["trigger", triggerId],
      ["action", actionId],
    ])
      await query(
        `
         INSERT INTO configuration_version (id, project_id, kind, target_id, version, snapshot, summary, revision,
           actor_label)
         VALUES ($1, $2, $3, $4, $5, $6::jsonb, 'Changed.', 1, 'test')`,
        [id(`ver_${kind}_${index}`), projectId, kind, targetId, 1_000 + index, JSON.stringify(snapshot)],
      );
  for (const status of jobStatuses)
    for (const kind of ["backfill", "resend"])
      for (const params of [{}, null, [], "text"])
        await query(
          `
           INSERT INTO job (id, project_id, kind, subject_id, params, rate_per_minute, status, status_reason, total,
             wake_at, created_by_label)
           VALUES ($1, $2, $3, $4, $5::jsonb, 1, $6::job_status, '', 1, now() + interval '1 day', 'test')`,
          [id(`job_${count++}`), projectId, kind, triggerId, JSON.stringify(params), status],
        );
  await query(
    `
      INSERT INTO operational_webhook (project_id, url, ciphertext, last4)
        VALUES ($1, 'https://example.com/told', 'x', 'abcd') ON CONFLICT DO NOTHING`,
    [projectId],
  );
  for (const status of ["waiting", "sent", "failed"])
    await query(
      `
        INSERT INTO operational_notice (id, project_id, action_id, type, body, status, due_at)
          VALUES ($1, $2, $3, 'endpoint.failing', '{}', $4, now() + interval '1 day')`,
      [id(`msg_${status}`), projectId, actionId, status],
    );
  await query(
    `
      INSERT INTO audit_log (id, project_id, actor_label, action, summary)
        VALUES ($1, $2, 'somebody who has left', 'an.action_of_an_older_version', 'Done.')`,
    [id("aud"), projectId],
  );
  await query(
    `
      INSERT INTO action_health (action_id, project_id, recent, slots) VALUES ($1, $2, '{}', 'null')
        ON CONFLICT (action_id) DO UPDATE SET recent = '{}', slots = 'null'`,
    [actionId, projectId],
  );
  return states;
}
