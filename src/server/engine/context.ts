import type { EngineClock } from "./clock";
import type { EngineDatabase } from "./engine-database";
import { EventCache } from "./event";
import { FunctionIndex } from "./sync/function-config";
import type { EngineLogger } from "./types";
import { createUlidMaker } from "@/server/platform/ulid";

/** The shared parts and settings of one engine, which its modules receive as an argument. */
export type EngineContext = {
  db: EngineDatabase;
  clock: EngineClock;
  log: EngineLogger;
  /** Returns how many ms to wait before the next try, after try `attempt` (counted from 0) has failed. */
  backoff: (attempt: number) => number;
  /** Returns the owner (such as a project) of an event whose data came as an object. '' stands for no owner. */
  ownerOf: (data: Record<string, unknown>) => string;
  /** Tells whether the engine may delete the event bodies of a completed run of this function. */
  usesEventsUp: (functionId: string) => boolean;
  /**
   * Whether a batch that is not full starts at once if its function and key have no running batch. Otherwise it waits
   * for its timeout.
   */
  startsIdleBatches: boolean;
  events: EventCache;
  /** The functions that this process serves; empty before `start`, and in a process that only accepts events. */
  functions: FunctionIndex;
  /** Makes a ULID that sorts after all earlier ULIDs of this process. */
  newId(): string;
  /** The number of this process in the engine's process table; 0 until its row is written. */
  processNum: number;
  /**
   * Whether this process holds its advisory lock, which shows that it lives. Without the lock, other processes may take
   * over its leased calls.
   */
  present: boolean;
  /**
   * Makes the token of all leases that one transaction takes. A result is accepted only with the token of the current
   * lease.
   */
  newToken(): string;
};

export function createEngineContext(
  parts: Pick<EngineContext, "db" | "clock" | "log" | "backoff" | "ownerOf" | "usesEventsUp" | "startsIdleBatches">,
): EngineContext {
  return {
    ...parts,
    events: new EventCache(),
    functions: new FunctionIndex([]),
    newId: createUlidMaker(() => parts.clock.now()),
    processNum: 0,
    present: false,
    newToken: createUlidMaker(() => Date.now()),
  };
}
