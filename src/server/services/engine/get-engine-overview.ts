import type { ServiceContext } from "@/server/context";
import type { FunctionStatus } from "@/server/engine-for-services";

export type EngineOverview =
  | { kind: "inngest"; dashboardUrl: string }
  | { kind: "embedded"; state: string; message: string | null; backlog: number | null; functions: FunctionStatus[] };

/**
 * Returns the engine in use (embedded or Inngest). For the embedded engine it adds its state, its backlog and the work
 * of all functions.
 */
export async function getEngineOverview(ctx: ServiceContext): Promise<EngineOverview> {
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { state, message, backlog } = engine.health();
  return {
    kind: "embedded",
    state,
    message: message ?? null,
    backlog: backlog ?? null,
    functions: (await engine.status(null)).functions,
  };
}
