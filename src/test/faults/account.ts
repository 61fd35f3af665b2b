import { findText } from "../find-text";
import type { FaultWorld } from "./world";

/** The result of a fault: counts of rows and requests, and the guarantees that are broken. */
export type FaultAccount = {
  accepted: number;
  executions: number;
  completed: number;
  /** executions in error, cancelled or skipped */
  ended: number;
  waiting: number;
  attempts: number;
  outcomeUnknown: number;
  receipts: number;
  /** receipts whose webhook id another receipt has already */
  repeated: number;
  violations: string[];
};

/** Draws up the account of a world, and checks the guarantees that hold whatever happens. */
export async function drawUpAccount(world: FaultWorld, connectionString: string): Promise<FaultAccount> {
  const where = { projectId: world.projectId };
  const [executions, attempts] = await Promise.all([
    world.db.actionExecution.findMany({ where, orderBy: { id: "asc" } }),
    world.db.actionAttempt.findMany({ where, orderBy: [{ executionId: "asc" }, { number: "asc" }] }),
  ]);
  const violations: string[] = [];
  const byExecution = new Map<string, typeof attempts>();
  for (const attempt of attempts)
    byExecution.set(attempt.executionId, [...(byExecution.get(attempt.executionId) ?? []), attempt]);

  for (const { id, status, dueAt, leaseToken } of executions) {
    const numbers = (byExecution.get(id) ?? []).map(({ number }) => number);
    if (numbers.some((number, index) => number !== index + 1))
      violations.push(`attempts of ${id} are numbered ${numbers.join(", ")}`);
    if (status === "RUNNING") violations.push(`${id} is RUNNING though nobody works on it (${leaseToken})`);
    if (status === "PENDING" && dueAt.getTime() < world.ctx.now().getTime() - 60_000)
      violations.push(`${id} waits and was due at ${dueAt.toISOString()}`);
    if (status === "COMPLETED" && !(byExecution.get(id) ?? []).some((attempt) => attempt.status === "SUCCEEDED"))
      violations.push(`${id} is COMPLETED without an attempt that succeeded`);
  }
  const known = new Set(executions.map(({ id }) => id));
  const ids = world.receiver.requests.map(({ headers }) => String(headers["webhook-id"]));
  for (const id of new Set(ids))
    if (!known.has(id)) violations.push(`a webhook came with the id ${id} of no execution`);
  const bodies = new Map<string, string>();
  for (const { headers, rawBody } of world.receiver.requests) {
    const id = String(headers["webhook-id"]);
    if ((bodies.get(id) ?? rawBody) !== rawBody) violations.push(`${id} was sent with different bytes`);
    bodies.set(id, rawBody);
  }
  if (world.unverified() > 0) violations.push(`${world.unverified()} requests do not verify`);
  await checkStatistics(world, attempts, violations);
  const places = await findText(connectionString, ...world.secrets.map(({ secret }) => secret));
  if (places.length > 0) violations.push(`a signing secret stands in ${places.join(", ")}`);
  const count = (...statuses: string[]): number => executions.filter(({ status }) => statuses.includes(status)).length;
  return {
    accepted: world.accepted,
    executions: executions.length,
    completed: count("COMPLETED"),
    ended: count("ERROR", "CANCELLED", "SKIPPED"),
    waiting: count("PENDING"),
    attempts: attempts.length,
    outcomeUnknown: attempts.filter(({ status }) => status === "UNKNOWN").length,
    receipts: ids.length,
    repeated: ids.length - new Set(ids).size,
    violations,
  };
}

async function checkStatistics(
  world: FaultWorld,
  attempts: readonly { status: string }[],
  violations: string[],
): Promise<void> {
  const { _sum: sums } = await world.db.actionHour.aggregate({
    where: { projectId: world.projectId },
    _sum: { attempts: true, succeeded: true },
  });
  const finished = attempts.filter(({ status }) => status === "SUCCEEDED" || status === "FAILED").length;
  const succeeded = attempts.filter(({ status }) => status === "SUCCEEDED").length;
  if ((sums.attempts ?? 0) !== finished || (sums.succeeded ?? 0) !== succeeded) {
    violations.push(
      `the statistics say ${sums.succeeded} of ${sums.attempts} attempts, the rows ${succeeded} of ${finished}`,
    );
  }
}
