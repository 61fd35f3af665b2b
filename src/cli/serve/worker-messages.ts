import type { DatabasePools } from "@/env";
import type { PreparedData } from "./prepare-data";

/** What the parent has found or made, and a worker needs besides its environment. It may hold secrets. */
export type WorkerStart = {
  databaseUrl: string;
  encryptionKeys: string[];
  pools: DatabasePools;
};

/** The parent to a worker. */
export type ToWorker =
  /** bring the database to this version's schema and make what the first start makes */
  | { type: "prepare"; start: WorkerStart }
  | { type: "serve"; start: WorkerStart }
  /** comes with a socket; `head` is what was read of it, base64 */
  | { type: "connection"; id: number; head?: string }
  /** finish the requests, then end */
  | { type: "retire" }
  /** end within seconds */
  | { type: "stop" };

/** A worker to the parent. */
export type FromWorker =
  | { type: "prepared"; data: PreparedData }
  /** the worker is healthy and takes connections */
  | { type: "ready" }
  /** the worker has the connection with this id; the parent closes its own copy */
  | { type: "taken"; id: number };
