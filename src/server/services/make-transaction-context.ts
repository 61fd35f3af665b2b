import type { ProjectContext } from "@/server/context";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";

/**
 * A context for services that run inside one transaction. The caller runs `afterCommit` after the commit: it sends the
 * live messages and events that the services asked for.
 */
export type TransactionContext = { ctx: ProjectContext; afterCommit: () => Promise<void> };

/**
 * Makes a context for services that run inside the transaction `tx`. A transaction that such a service starts becomes a
 * part of `tx`.
 * @param verdicts the guard's answers by URL, asked before the transaction, because DNS answers may be slow; for any
 * other URL the guard is asked inside the transaction
 */
export function makeTransactionContext(
  base: ProjectContext,
  tx: DatabaseOrTransaction,
  verdicts: ReadonlyMap<string, Awaited<ReturnType<ProjectContext["http"]["check"]>>>,
): TransactionContext {
  const touched = new Set<Parameters<ProjectContext["live"]["touch"]>[1]>();
  const events: Parameters<ProjectContext["send"]>[0] = [];
  const db = new Proxy(tx, {
    get: (target, name) =>
      name === "$transaction"
        ? (run: (inner: DatabaseOrTransaction) => unknown) => run(tx)
        : (Reflect.get(target, name) as unknown),
  }) as Database;
  const ctx: ProjectContext = {
    ...base,
    db,
    live: { ...base.live, touch: (_projectId, topic) => void touched.add(topic) },
    send: async (sent) => void events.push(...sent),
    http: { ...base.http, check: async (url, options) => verdicts.get(url) ?? base.http.check(url, options) },
  };
  return {
    ctx,
    async afterCommit() {
      for (const topic of touched) base.live.touch(base.projectId, topic);
      if (events.length > 0) await base.send(events);
    },
  };
}
