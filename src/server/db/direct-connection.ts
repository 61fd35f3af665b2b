import { randomUUID } from "node:crypto";
import { createUtcClient } from "./utc-connection";
import { StartProblem } from "./start-problem";

/** The longest wait for the test notification, in ms. On one machine it takes less than 5 ms. */
const NOTIFY_TIMEOUT_MS = 3_000;

/**
 * Checks that a connection string leads to PostgreSQL and not to a transaction pooler (PgBouncer in transaction mode).
 * Live updates need LISTEN and leases need session locks; such a pooler breaks both without an error. The check sends a
 * notification from one connection to another.
 * @throws StartProblem if it does not arrive
 */
export async function assertDirectConnection(connectionString: string, timeoutMs = NOTIFY_TIMEOUT_MS): Promise<void> {
  const channel = `trigger_system_check_${randomUUID().replaceAll("-", "")}`;
  const listener = createUtcClient(connectionString);
  const sender = createUtcClient(connectionString);
  try {
    await Promise.all([listener.connect(), sender.connect()]);
    const arrived = new Promise<true>((resolve) => listener.once("notification", () => resolve(true)));
    await listener.query(`LISTEN ${channel}`);
    await sender.query("SELECT pg_notify($1, '')", [channel]);
    if (await within(arrived, timeoutMs)) return;
  } finally {
    await Promise.allSettled([listener.end(), sender.end()]);
  }
  throw new StartProblem(
    "DATABASE_URL leads through a connection pooler that does not keep sessions: a notification (LISTEN, NOTIFY) did " +
      "not arrive. Give the address of PostgreSQL itself, or of a pooler in session mode.",
  );
}

async function within(arrived: Promise<true>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
  return Promise.race([arrived, late]).finally(() => clearTimeout(timer));
}
