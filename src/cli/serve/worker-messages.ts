import type { DatabasePoolSizes } from "@/env";
import type { MetricsSnapshot } from "@/server/metrics/metrics";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import type { MigrateAndSeedResult } from "./migrate-and-seed-database";

/**
 * The values that the parent process passes to a worker besides its environment. The URL and the keys are secret.
 */
export type WorkerStartValues = {
  databaseUrl: string;
  encryptionKeys: string[];
  pools: DatabasePoolSizes;
};

/** Messages from the parent process to a worker. */
export type MessageToWorker =
  /** Tells the worker to migrate the database, and to make the data of a first start. */
  | { type: "prepare"; start: WorkerStartValues }
  | { type: "serve"; start: WorkerStartValues }
  /** Brings an accepted socket. `head` holds the bytes that were already read from it, in base64. */
  | { type: "connection"; id: number; head?: string }
  /** Asks the worker for its own metrics. */
  | { type: "measure"; id: number }
  /** Brings the metrics of all workers, as the answer to this worker's question with this id. */
  | { type: "measured"; id: number; snapshots: ProcessSnapshots }
  /** Tells the worker to finish its requests and then end. */
  | { type: "retire" }
  /** Tells the worker to end within seconds. */
  | { type: "stop" };

/** Messages from a worker to the parent process. */
export type MessageFromWorker =
  | { type: "prepared"; data: MigrateAndSeedResult }
  /** The worker is healthy and accepts connections. */
  | { type: "ready" }
  /**
   * Brings the worker's metrics, as the answer to the question with this id. Without an id they are its last ones
   * before its end.
   */
  | { type: "measurement"; id: number | null; snapshot: MetricsSnapshot }
  /** Asks for the metrics of all workers, because somebody reads `/metrics` from this worker. */
  | { type: "collect"; id: number }
  /** The worker has received the connection with this id, so the parent can close its own copy. */
  | { type: "taken"; id: number };
