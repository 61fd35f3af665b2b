import type { Clock } from "./clock";
import type { Db } from "./db";
import { EventCache } from "./event";
import { FunctionIndex } from "./sync/function-config";
import type { Logger } from "./types";
import { createUlids } from "@/server/platform/ulid";

/** The things that all parts of one engine share. */
export type EngineContext = {
  db: Db;
  clock: Clock;
  log: Logger;
  /** Milliseconds to wait after try `attempt` (0-based) failed. */
  backoff: (attempt: number) => number;
  /** The owner of an event with this data; '' for an event without an owner. */
  ownerOf: (data: Record<string, unknown>) => string;
  /** Whether the events of a completed run of this function are needed by nothing else. Their bodies are removed. */
  usesEventsUp: (functionId: string) => boolean;
  /** True: a function or key without a running batch starts one at once. False: it waits for the batch's timeout. */
  startsIdleBatches: boolean;
  events: EventCache;
  /** Empty until the functions are registered. */
  functions: FunctionIndex;
  /** A ULID that sorts after all earlier ones of this process. */
  newId(): string;
  /** The number of this process; 0 before the database has its row. */
  processNum: number;
  /** Whether this process holds its liveness lock. Without it other processes may take its leases. */
  present: boolean;
  /** Makes the fencing token of a lease. No two leases of any processes share a token. */
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
