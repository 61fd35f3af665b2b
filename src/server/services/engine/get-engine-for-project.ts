import type { ProjectContext } from "@/server/context";
import type { FunctionStatus } from "@/server/engine-for-services";
import { requirePermission } from "../access";
import type { EngineOverview } from "./get-engine-overview";

/** Returns the state of the engine in use, and the work of its functions for this project. */
export async function getEngineForProject(ctx: ProjectContext): Promise<EngineOverview> {
  requirePermission(ctx, "engine:read");
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { functions } = await engine.status(ctx.projectId);
  // Only admins of the installation may see the program's whole backlog and its faults.
  return {
    kind: "embedded",
    state: engine.health().state,
    message: null,
    backlog: null,
    functions: functions.filter((fn) => !isOfInstallation(fn)),
  };
}

/** Tells whether a function runs for no project, by the clock: sweeps and clean-ups. */
const isOfInstallation = ({ options }: FunctionStatus): boolean =>
  JSON.stringify(options.triggers ?? []).includes('"cron"');
