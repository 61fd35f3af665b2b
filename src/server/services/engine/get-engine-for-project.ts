import type { ProjectContext } from "@/server/context";
import type { FunctionStatus } from "@/server/engine-for-services";
import { requirePermission } from "../access";
import type { EngineOverview } from "./get-engine-overview";

/**
 * Returns the engine in use. For the embedded engine it adds its state, and one project's work by function. Functions
 * on a schedule work for the whole installation and are left out.
 */
export async function getEngineForProject(ctx: ProjectContext): Promise<EngineOverview> {
  requirePermission(ctx, "engine:read");
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { functions } = await engine.status(ctx.projectId);
  // Members of a project must not see the backlog and the faults of the whole installation.
  return {
    kind: "embedded",
    state: engine.health().state,
    message: null,
    backlog: null,
    functions: functions.filter((fn) => !isOfInstallation(fn)),
  };
}

/** Tells whether a function runs on a schedule for the whole installation, such as a clean-up. */
const isOfInstallation = ({ options }: FunctionStatus): boolean =>
  JSON.stringify(options.triggers ?? []).includes('"cron"');
