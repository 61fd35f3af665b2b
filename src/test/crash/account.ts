import type { Load, Sent } from "./load";
import type { Receipt } from "./receiver";
import type { World } from "./world";
import { readEngine, type EngineAccount } from "./account-engine";

/** The result of a scenario: what was sent, what came of it, and everything that is wrong with it. */
export type Account = {
  /** observations that were sent, some of them several times */
  observations: number;
  /** events that were answered 200 */
  accepted: number;
  /** events that were never answered 200 */
  unknown: number;
  executions: number;
  completed: number;
  cancelled: number;
  /** executions that gave up because the outcome of too many attempts is unknown: five kills hit the same execution */
  gaveUp: number;
  attempts: number;
  outcomeUnknown: number;
  receipts: number;
  /** successful receipts after the first of their webhook id */
  repeatedReceipts: number;
  lost: number;
  duplicateExecutions: number;
  engine: EngineAccount;
  /** what is wrong, in words; must be empty */
  violations: string[];
};

type Execution = {
  id: string;
  source: string;
  path: string;
  status: string;
  reason: string;
  attemptCount: number;
  attempts: number;
  numbersTo: number | null;
  numbersFrom: number | null;
  unknown: number;
  /** attempts whose outcome was unknown at some time, also those whose result came late */
  everUnknown: number;
  running: number;
};

const EXECUTIONS = `
  SELECT e.id, e.source_id AS source, a.name AS path, e.status::text AS status,
    e.status_reason AS reason, e.attempt_count AS "attemptCount", e.unknown_count AS "everUnknown",
    count(t.id)::int AS attempts, max(t.number) AS "numbersTo", min(t.number) AS "numbersFrom",
    count(*) FILTER (WHERE t.status = 'UNKNOWN')::int AS unknown,
      count(*) FILTER (WHERE t.status = 'RUNNING')::int AS running
  FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
    LEFT JOIN action_attempt t ON t.execution_id = e.id
  GROUP BY e.id, a.name`;

/** Reads the rows and the receipts once nothing is left to do, and compares them with what was sent. */
export async function drawUpAccount(world: World, load: Load): Promise<Account> {
  const executions = await world.query<Execution>(EXECUTIONS);
  const revisions = await world.query<{ id: string }>("SELECT event_id AS id FROM observation_revision");
  const rejected = await world.query<{ id: string; reason: string }>(
    "SELECT event_id AS id, reason FROM rejected_event",
  );
  const leftFinal = await world.query<{ execution_id: string; was: string; became: string }>(
    "SELECT * FROM crash_left_final",
  );
  const { receipts } = world.receiver;
  const engine = await readEngine(
    world.query,
    world.apps.flatMap((app) => (app.isRunning() ? [app.pid()!] : [])),
  );
  const bySource = groupBy(executions, (execution) => execution.source);
  const byWebhook = groupBy(receipts, (receipt) => receipt.webhookId);
  const events = checkEvents(load.sent, new Set(revisions.map(({ id }) => id)));
  const presence = load.sent.map((sent) => checkPresence(sent, bySource.get(sent.id) ?? [], world.deliveries));
  const lost = presence.filter(({ missing }) => missing.length > 0);
  const surplus = presence.filter(({ extra }) => extra.length > 0);
  const known = new Set(executions.map(({ id }) => id));
  const sum = (pick: (execution: Execution) => number): number =>
    executions.reduce((total, execution) => total + pick(execution), 0);
  const violations = [
    ...events,
    ...rejected.map(({ id, reason }) => `the event ${id} was rejected: ${reason}`),
    ...lost.map(
      ({ sent, missing }) => `${sent.id} (${sent.kind}) was accepted and has no execution for ${missing.join(", ")}`,
    ),
    ...surplus.map(
      ({ sent, extra }) => `${sent.id} (${sent.kind}) has executions it must not have: ${extra.join(", ")}`,
    ),
    ...executions.flatMap((execution) => checkExecution(execution, byWebhook.get(execution.id) ?? [])),
    ...leftFinal.map(({ execution_id: id, was, became }) => `${id} was ${was} and became ${became}`),
    ...receipts.filter(({ verified }) => !verified).map(({ webhookId }) => `a receipt of ${webhookId} does not verify`),
    ...receipts
      .filter(({ webhookId }) => !known.has(webhookId))
      .map(({ webhookId }) => `a receipt has the webhook id ${webhookId}, which is no execution's`),
    ...world.apps.flatMap((app) => app.endedByThemselves),
    ...engine.violations,
  ];
  return {
    observations: load.sent.length,
    accepted: load.sent.reduce((total, { accepted }) => total + accepted.length, 0),
    unknown: load.sent.reduce((total, { unknown }) => total + unknown, 0),
    executions: executions.length,
    completed: executions.filter(({ status }) => status === "COMPLETED").length,
    cancelled: executions.filter(({ status }) => status === "CANCELLED").length,
    gaveUp: executions.filter(({ status }) => status === "ERROR").length,
    attempts: sum(({ attempts }) => attempts),
    outcomeUnknown: sum(({ unknown }) => unknown),
    receipts: receipts.length,
    repeatedReceipts: [...byWebhook.values()].reduce(
      (total, all) => total + Math.max(0, all.filter(({ status }) => status === 200).length - 1),
      0,
    ),
    lost: lost.length,
    duplicateExecutions: surplus.length,
    engine,
    violations,
  };
}

/**
 * Checks that no two events have one id, that each accepted event is in the history of its observation, and that no
 * more events were handled than sent.
 */
function checkEvents(sent: readonly Sent[], revisions: ReadonlySet<string>): string[] {
  const ids = sent.flatMap(({ accepted }) => accepted);
  const missing = ids.filter((id) => !revisions.has(id)).map((id) => `the accepted event ${id} was never handled`);
  const possible = ids.length + sent.reduce((total, { unknown }) => total + unknown, 0);
  return [
    ...missing,
    ...(new Set(ids).size < ids.length ? ["two accepted events have the same id"] : []),
    ...(revisions.size > possible ? [`${revisions.size} events were handled, and only ${possible} were sent`] : []),
  ];
}

type Presence = { sent: Sent; missing: string[]; extra: string[] };

/** Compares the executions that an observation has with those that it must have and those that it may have. */
function checkPresence(sent: Sent, executions: readonly Execution[], deliveries: World["deliveries"]): Presence {
  const possible = deliveries[sent.kind] ?? [];
  const paths: string[] = executions.map(({ path }) => path);
  // The later state, which does not match, may be handled before the one that matches. Then no execution is made.
  const isCertain = sent.accepted.length > 0 && sent.kind !== "cancelled";
  return {
    sent,
    missing: isCertain ? possible.filter((path) => !paths.includes(path)) : [],
    extra: paths.filter((path, index) => !possible.some((one) => one === path) || paths.indexOf(path) !== index),
  };
}

const UNKNOWN_TOO_OFTEN = /outcome of too many attempts is unknown/;

function checkExecution(execution: Execution, receipts: readonly Receipt[]): string[] {
  const { id, status, reason, attempts, attemptCount, numbersFrom, numbersTo, everUnknown, running } = execution;
  const delivered = receipts.filter((receipt) => receipt.status === 200).length;
  const wrong: [boolean, string][] = [
    [!["COMPLETED", "CANCELLED", "ERROR"].includes(status), `is ${status} (${reason})`],
    [status === "ERROR" && !UNKNOWN_TOO_OFTEN.test(reason), `gave up: ${reason}`],
    [status === "COMPLETED" && delivered === 0, "is COMPLETED and nothing was received"],
    [
      status === "CANCELLED" && attempts === 0 && receipts.length > 0,
      "was cancelled before any attempt, and something was received",
    ],
    [attemptCount !== attempts, `counts ${attemptCount} attempts and has ${attempts}`],
    [
      attempts > 0 && (numbersFrom !== 1 || numbersTo !== attempts),
      `has ${attempts} attempts, numbered ${numbersFrom} to ${numbersTo}`,
    ],
    [running > 0, "has an attempt that was never ended"],
    [receipts.length > attempts, `was received ${receipts.length} times in ${attempts} attempts`],
    [
      delivered > 1 + everUnknown,
      `was received ${delivered} times with success, and the outcome of ${everUnknown} attempts was unknown`,
    ],
    [new Set(receipts.map(({ hash }) => hash)).size > 1, "was received with different bodies"],
  ];
  return wrong.filter(([isWrong]) => isWrong).map(([, what]) => `execution ${id} ${what}`);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
