import type { Role } from "@/domain/access";
import type { Actor } from "@/domain/actor";
import type { EngineForServices } from "./engine-for-services";
import type { Cipher } from "./crypto";
import type { Database } from "./db/client";
import type { Logger } from "./log";
import type { Env } from "@/env";
import type { GuardPolicy } from "./http/guard";
import type { Sender } from "./http/send";
import type { LiveChannel } from "./live";
import type { Mailer } from "./mail";
import type { Tracing } from "./tracing";
import type { Metrics } from "./metrics/metrics";
import type { Compute } from "./compute/compute";

/** An event for the engine in use. The engine makes an id if the event has none. */
export type OutgoingEvent = { id?: string; name: string; data: Record<string, unknown>; ts?: number };

/** Everything that a service may use. Time, network and secrets are arguments, so that tests can replace them. */
export type ServiceContext = {
  db: Database;
  env: Env;
  now: () => Date;
  /** resolves once `now` has moved by this many ms */
  wait: (ms: number) => Promise<void>;
  log: Logger;
  actor: Actor;
  cipher: Cipher;
  guard: GuardPolicy;
  http: Sender;
  /** sends email; null if this installation sends none */
  mail: Mailer | null;
  live: LiveChannel;
  compute: Compute;
  /** counts the work of this process */
  metrics: Metrics;
  /** null if nothing is traced */
  tracing: Tracing | null;
  /** passes events to the engine in use; it resolves once the events are durable */
  send: (events: OutgoingEvent[]) => Promise<void>;
  engine: EngineForServices;
};

/** The context of an actor in one project, with the role that was read for this call. */
export type ProjectContext = ServiceContext & {
  projectId: string;
  /** the role of the person who answers for the call; null for the system, which has every permission */
  role: Role | null;
  viewersSeeBodies: boolean;
};
