import type { EngineContext } from "../context";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import { DISCOVERY_STEP_ID } from "../types";
import { listRuns, readRun, type ListRunsInput, type RunDetail, type RunListItem } from "./runs";

/** The reason why a person's request to rerun or cancel a run was refused. */
export type RerunOrCancelRefusal =
  "not found" | "still live" | "already ended" | "completed" | "function gone" | "events gone";

/** The most events that one transaction rewrites. Events may be large. */
const REWRITTEN_AT_ONCE = 20;

/** The owners whose runs the viewer may see. Null shows all runs, for operators of the installation. */
export type VisibleRunOwners = readonly string[] | null;

/**
 * Shows runs with their state and steps, reruns and cancels them, and rewrites event data. It never shows event data or
 * results.
 */
export class RunInspector {
  readonly #ctx: EngineContext;
  readonly #onEffects: (effects: WorkAfterCommit) => void;

  constructor(ctx: EngineContext, onEffects: (effects: WorkAfterCommit) => void) {
    this.#ctx = ctx;
    this.#onEffects = onEffects;
  }

  /** Lists runs of the given owners, newest first. */
  runs(input: ListRunsInput): Promise<{ items: RunListItem[]; nextCursor: string | null }> {
    return listRuns(this.#ctx, input);
  }

  /** Returns a run with its steps; null if the given owners have no such run. */
  run(id: string, owners: VisibleRunOwners): Promise<RunDetail | null> {
    return readRun(this.#ctx, id, owners);
  }

  /** Starts a new run with the events of a failed or cancelled run. The old run stays as it is. */
  async rerun(id: string, owners: VisibleRunOwners): Promise<{ id: string } | { refused: RerunOrCancelRefusal }> {
    const newId = this.#ctx.newId();
    const refused = await this.#ctx.db.tx(async (tx): Promise<RerunOrCancelRefusal | null> => {
      const [run] = await tx.query<{
        function_id: string;
        status: string;
        lane: string;
        events: number;
        kept: number;
      }>(
        `
           select function_id, status, lane, cardinality(event_ids) as events,
             (select count(*)::int from engine.event e where e.id = any(r.event_ids) and e.data <> '') as kept
           from engine.run r where id = $1 and ($2::text[] is null or owner = any($2)) for share`,
        [id, owners],
      );
      if (!run) return "not found";
      if (run.status === "running") return "still live";
      if (run.status === "completed") return "completed";
      const fn = this.#ctx.functions.get(run.function_id);
      if (!fn) return "function gone";
      if (run.kept < run.events) return "events gone";
      await tx.query(
        `insert into engine.run (id, function_id, event_ids, lane, owner, created_at)
         select $2, function_id, event_ids, lane, owner, $3 from engine.run where id = $1`,
        [id, newId, new Date(this.#ctx.clock.now())],
      );
      const work = new UnitOfWork(this.#ctx, tx);
      work.newItems.push({
        runId: newId,
        functionId: fn.id,
        lane: run.lane,
        kind: "call",
        stepId: DISCOVERY_STEP_ID,
        dueAt: null,
        follows: null,
      });
      await finishUnitOfWork(work);
      return null;
    });
    if (refused) return { refused };
    this.#onEffects({ ready: true, dueAt: null, continuations: [] });
    return { id: newId };
  }

  /**
   * Replaces the data of stored events, for instance to remove personal data. The events and their runs stay. Another
   * process may keep the old data in its cache for some time.
   * @param change takes an event's data and returns the new data
   * @returns the number of rewritten events; events whose data is already deleted are skipped
   */
  async rewriteEvents(
    ids: readonly string[],
    owners: readonly string[],
    change: (data: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<number> {
    let rewritten = 0;
    for (let start = 0; start < ids.length; start += REWRITTEN_AT_ONCE) {
      const some = ids.slice(start, start + REWRITTEN_AT_ONCE);
      rewritten += await this.#ctx.db.tx(async (tx) => {
        const rows = await tx.query<{ id: string; data: string }>(
          `
            select id, data from engine.event where id = any($1) and owner = any($2) and data <> ''
              order by id for update`,
          [some, owners],
        );
        for (const { id, data } of rows) {
          await tx.query("update engine.event set data = $2 where id = $1", [
            id,
            JSON.stringify(change(JSON.parse(data) as Record<string, unknown>)),
          ]);
        }
        return rows.length;
      });
      // If a later batch fails, this process must still forget the old data of the batches that are committed.
      for (const id of some) this.#ctx.events.remove(id);
    }
    return rewritten;
  }

  /** Cancels a run that has not ended. A call on the way continues, and the engine drops its result. */
  async cancel(id: string, owners: VisibleRunOwners): Promise<{ refused: RerunOrCancelRefusal } | null> {
    const outcome = await this.#ctx.db.tx(async (tx) => {
      const [known] = await tx.query(
        "select 1 from engine.run where id = $1 and ($2::text[] is null or owner = any($2))",
        [id, owners],
      );
      if (!known) return { refused: "not found" as const };
      const work = new UnitOfWork(this.#ctx, tx);
      await work.lock([id]);
      const run = work.run(id);
      if (!run) return { refused: "already ended" as const };
      work.end(run, "cancelled", {});
      return finishUnitOfWork(work);
    });
    if ("refused" in outcome) return outcome;
    this.#onEffects(outcome);
    return null;
  }
}
