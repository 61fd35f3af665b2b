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
import type { Tracer } from "./tracing";
import type { ProcessMetrics } from "./metrics/metrics";
import type { ComputeThreads } from "./compute/compute";

/** An event that the program sends to the embedded engine or the Inngest server. Without an id the engine makes one. */
export type OutgoingEvent = { id?: string; name: string; data: Record<string, unknown>; ts?: number };

/**
 * Everything that a service function may use. Time, network and secrets are passed in, so that tests can replace them.
 */
export type ServiceContext = {
  db: Database;
  env: Env;
  now: () => Date;
  /** Resolves once the clock `now` has moved by this many ms. */
  wait: (ms: number) => Promise<void>;
  log: Logger;
  actor: Actor;
  cipher: Cipher;
  guard: GuardPolicy;
  http: Sender;
  /** Sends email; null if no SMTP server is set. */
  mail: Mailer | null;
  live: LiveChannel;
  compute: ComputeThreads;
  /** The counters of this process for `/metrics`. */
  metrics: ProcessMetrics;
  /** The OpenTelemetry spans; null if tracing is off. */
  tracing: Tracer | null;
  /** Passes events to the embedded engine or the Inngest server. It resolves once the events are stored there. */
  send: (events: OutgoingEvent[]) => Promise<void>;
  engine: EngineForServices;
};

/** The context of a call by one actor in one project. The actor's role was read for this call. */
export type ProjectContext = ServiceContext & {
  projectId: string;
  /** The role of the person behind the call; null for the program itself, which has every permission. */
  role: Role | null;
  viewersSeeBodies: boolean;
};
