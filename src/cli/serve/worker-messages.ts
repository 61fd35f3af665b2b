import type { DatabasePools } from "@/env";
import type { MetricsSnapshot } from "@/server/metrics/metrics";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import type { PreparedData } from "./prepare-data";

/** Values of the parent that a worker needs besides its environment. They may be secret. */
export type WorkerStartValues = {
  databaseUrl: string;
  encryptionKeys: string[];
  pools: DatabasePools;
};

/** Messages of the parent to a worker. */
export type MessageToWorker =
  /** asks the worker to migrate the database, and to make the data of a first start */
  | { type: "prepare"; start: WorkerStartValues }
  | { type: "serve"; start: WorkerStartValues }
  /** brings a socket; `head` holds the bytes that were already read from it, as base64 */
  | { type: "connection"; id: number; head?: string }
  /** asks the worker for its own values of `/metrics` */
  | { type: "measure"; id: number }
  /** the values of all workers, which answer the question of this worker with this id */
  | { type: "measured"; id: number; snapshots: ProcessSnapshots }
  /** asks the worker to finish its requests and then end */
  | { type: "retire" }
  /** asks the worker to end within seconds */
  | { type: "stop" };

/** Messages of a worker to the parent. */
export type MessageFromWorker =
  | { type: "prepared"; data: PreparedData }
  /** the worker is healthy and accepts connections */
  | { type: "ready" }
  /** the worker's values, which answer the question with this id; without an id, its last values before it ends */
  | { type: "measurement"; id: number | null; snapshot: MetricsSnapshot }
  /** the worker serves `/metrics` and asks for the values of all workers */
  | { type: "collect"; id: number }
  /** the worker has the connection with this id; the parent closes its own copy */
  | { type: "taken"; id: number };
