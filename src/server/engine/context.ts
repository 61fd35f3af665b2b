import type { Clock } from "./clock";
import type { Db } from "./db";
import { EventCache } from "./event";
import { FunctionIndex } from "./sync/function-config";
import type { Logger } from "./types";
import { createUlids } from "@/server/platform/ulid";

/** What the parts of one engine share. */
export type EngineContext = {
  db: Db;
  clock: Clock;
  log: Logger;
  /** Milliseconds to wait after try `attempt` (0-based) failed. */
  backoff: (attempt: number) => number;
  /** Whom an event with this data belongs to; '' is nobody in particular. */
  ownerOf: (data: Record<string, unknown>) => string;
  /** Whether the events of a function or key without a batch under way start one at once, or wait for its timeout. */
  startsIdleBatches: boolean;
  events: EventCache;
  /** Empty until the functions are registered. */
  functions: FunctionIndex;
  /** A ULID that sorts after all earlier ones of this process. */
  newId(): string;
  /** The number of this process; 0 before it is known to the database. */
  processNum: number;
  /** Whether this process holds the lock that says that it lives. Without it others may take its leases. */
  present: boolean;
  /** A fence for leases: no two leases of any process share one. */
  newToken(): string;
};

export function createContext(
  parts: Pick<EngineContext, "db" | "clock" | "log" | "backoff" | "ownerOf" | "startsIdleBatches">,
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
