import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { type ActionHealthItem, listActionHealth } from "../actions/list-action-health";
import { type TroubledTrigger, listTroubledTriggers } from "../triggers/list-troubled-triggers";
import { type FailureGroup, groupFailuresByCause } from "./group-failures-by-cause";

const ACTIONS_MAX = 20;
const DAY_MS = 86_400_000;

/** Problems of a project that a person should look at. Actions with the most waiting executions come first. */
export type ProjectProblems = {
  /** up to 20 actions that need attention */
  actions: ActionHealthItem[];
  triggers: TroubledTrigger[];
  /** executions that were created since `from` and failed or wait for a retry, grouped by action and cause */
  failures: FailureGroup[];
  /**
   * `actions`: all actions; `troubled`: actions that need attention; `waiting`: executions that wait for these, up to
   * 1,000 for each
   */
  totals: { actions: number; troubled: number; waiting: number };
};

/** Lists what is wrong in a project. Failures count since `from`; without it, in the last day. */
export async function getProjectProblems(
  ctx: ProjectContext,
  input: { from?: Date | undefined },
): Promise<ProjectProblems> {
  requirePermission(ctx, "project:read");
  const from = input.from ?? new Date(ctx.now().getTime() - DAY_MS);
  const [health, triggers, failures] = await Promise.all([
    listActionHealth(ctx),
    listTroubledTriggers(ctx),
    groupFailuresByCause(ctx, { from }),
  ]);
  const troubled = health.filter(({ needsAttention }) => needsAttention);
  return {
    actions: troubled.slice(0, ACTIONS_MAX),
    triggers,
    failures,
    totals: {
      actions: health.length,
      troubled: troubled.length,
      waiting: troubled.reduce((sum, { waiting }) => sum + waiting, 0),
    },
  };
}
