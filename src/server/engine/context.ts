import type { EngineClock } from "./clock";
import type { EngineDatabase } from "./engine-database";
import { EventCache } from "./event";
import { FunctionIndex } from "./sync/function-config";
import type { EngineLogger } from "./types";
import { createUlids } from "@/server/platform/ulid";

/** The parts and settings that all modules of one engine share. */
export type EngineContext = {
  db: EngineDatabase;
  clock: EngineClock;
  log: EngineLogger;
  /** Returns the milliseconds to wait after try `attempt` (counted from 0) has failed. */
  backoff: (attempt: number) => number;
  /** Returns the owner of an event with this data; '' for an event without an owner. */
  ownerOf: (data: Record<string, unknown>) => string;
  /** Tells whether nothing else needs the events of a completed run of this function. Their bodies are then removed. */
  usesEventsUp: (functionId: string) => boolean;
  /**
   * True: if a function or key has no running batch, its batch starts at once. False: it waits for the batch's timeout.
   */
  startsIdleBatches: boolean;
  events: EventCache;
  /** The registered functions; empty until the engine has registered them. */
  functions: FunctionIndex;
  /** Makes a ULID that sorts after all earlier ULIDs of this process. */
  newId(): string;
  /** The number of this process; 0 until its row is in the database. */
  processNum: number;
  /** Whether this process holds its liveness lock. Without the lock, other processes may take its leases. */
  present: boolean;
  /** Makes the fencing token of a lease. No two leases share a token, not even of different processes. */
  newToken(): string;
};

export function createEngineContext(
  parts: Pick<EngineContext, "db" | "clock" | "log" | "backoff" | "ownerOf" | "usesEventsUp" | "startsIdleBatches">,
): EngineContext {
  return {
    ...parts,
    events: new EventCache(),
    functions: new FunctionIndex([]),
    newId: createUlids(() => parts.clock.now()),
    processNum: 0,
    present: false,
    newToken: createUlids(() => Date.now()),
  };
}
