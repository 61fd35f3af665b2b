import type { Engine } from "./engine/engine";
import type { RunInspector, VisibleRunOwners, RerunOrCancelRefusal } from "./engine/inspect/run-inspector";
import type { RunDetail, RunListItem, RunState } from "./engine/inspect/runs";
import type { EngineStatus, FunctionStatus } from "./engine/engine-status";

/** The part of the embedded engine or of the Inngest server that services may use: its status, health and runs. */
export type EngineForServices =
  | {
      kind: "embedded";
      status(owner: string | null): Promise<EngineStatus>;
      health(): ReturnType<Engine["health"]>;
      inspect: RunInspector;
    }
  /** The URL of the Inngest server's dashboard is `dashboardUrl`. */
  | { kind: "inngest"; dashboardUrl: string };

export type { FunctionStatus, VisibleRunOwners as Owners, RerunOrCancelRefusal, RunDetail, RunListItem, RunState };
