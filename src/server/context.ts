import type { Role } from "@/domain/access";
import type { EngineView } from "./engine-view";
import type { Cipher } from "./crypto";
import type { Database } from "./db/client";
import type { Logger } from "./log";
import type { Env } from "@/env";
import type { GuardPolicy } from "./http/guard";
import type { Sender } from "./http/send";
import type { LiveChannel } from "./live";
import type { Compute } from "./compute/compute";

/** Who acts: a person in a project, or the program itself (functions, commands). */
type Actor = { type: "system"; label: string } | { type: "user"; userId: string; label: string };

/** An event for the engine in use. Without an id the engine makes one. */
export type OutgoingEvent = { id?: string; name: string; data: Record<string, unknown>; ts?: number };

/** Everything a service may touch. Time, network and secrets come in here, so that tests can stand in for them. */
export type ServiceContext = {
  db: Database;
  env: Env;
  now: () => Date;
  /** resolves after so many ms of `now` */
  wait: (ms: number) => Promise<void>;
  log: Logger;
  actor: Actor;
  cipher: Cipher;
  guard: GuardPolicy;
  http: Sender;
  live: LiveChannel;
  compute: Compute;
  /** hands events to the engine in use; accepted means durable */
  send: (events: OutgoingEvent[]) => Promise<void>;
  engine: EngineView;
};

/** A context in which a person acts in one project, with the role that was looked up for this call. */
export type ProjectContext = ServiceContext & {
  projectId: string;
  /** null for the system, which may do everything */
  role: Role | null;
  viewersSeeBodies: boolean;
};
