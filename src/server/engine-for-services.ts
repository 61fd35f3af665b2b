import type { Engine } from "./engine/engine";
import type { RunInspector, VisibleRunOwners, RerunOrCancelRefusal } from "./engine/inspect/run-inspector";
import type { RunDetail, RunListItem, RunState } from "./engine/inspect/runs";
import type { EngineStatus, FunctionStatus } from "./engine/engine-status";

/**
 * The part of the engine that services may use: status, health and runs of the embedded engine, or the URL of an
 * Inngest server's dashboard.
 */
export type EngineForServices =
  | {
      kind: "embedded";
      status(owner: string | null): Promise<EngineStatus>;
      health(): ReturnType<Engine["health"]>;
      inspect: RunInspector;
    }
  | { kind: "inngest"; dashboardUrl: string };

export type { FunctionStatus, VisibleRunOwners as Owners, RerunOrCancelRefusal, RunDetail, RunListItem, RunState };
