import { readFilterOfFile, type TriggerFile } from "@/domain/as-code/configuration-files";
import { TriggerFile as TriggerFileSchema } from "@/domain/as-code/configuration-files";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { compareTriggers, type TriggerToCompare, type TriggerChangeEffect } from "../triggers/compare-triggers";
import {
  findConfigurationChanges,
  type ActionChange,
  type FindConfigurationChangesInput,
  type TriggerChange,
} from "./find-configuration-changes";
import { readCurrentConfiguration } from "./current-configuration";

/** One change that an apply of the files would make, without internal data. */
type PlannedChange = Pick<TriggerChange | ActionChange, "key" | "name" | "change" | "fields" | "conflict">;
export type ConfigurationPlan = {
  actions: PlannedChange[];
  /**
   * `difference`: how many executions the change would have added or removed in the last 24 hours; null if the change
   * affects no decision
   */
  triggers: (PlannedChange & { difference: TriggerChangeEffect | null })[];
  /** whether an apply would change anything */
  hasChanges: boolean;
  /** the sums of `difference` over all triggers */
  total: { more: number; fewer: number; sampledOut: number };
};

/**
 * Lists the changes that an apply of the files would make. If a change affects a trigger's decisions, the plan counts
 * how many executions of the last 24 hours it would have added or removed.
 * @throws AppError BAD_REQUEST with a field for each problem of the files
 */
export async function planConfiguration(
  ctx: ProjectContext,
  input: FindConfigurationChangesInput,
  signal?: AbortSignal,
): Promise<ConfigurationPlan> {
  requirePermission(ctx, "project:read");
  const { actions, triggers } = findConfigurationChanges(ctx, await readCurrentConfiguration(ctx), input);
  const planned: ConfigurationPlan["triggers"] = [];
  for (const change of triggers) {
    const file = input.files.triggers[change.key];
    const isGone = change.change === "delete";
    const touches = change.change === "create" || isGone || change.fields.some(({ field }) => DECIDING.has(field));
    const difference = touches
      ? await compareTriggers(
          ctx,
          {
            before: change.before ? comparedOf(change.before.file) : null,
            after: isGone || !file ? null : comparedOf(file),
            triggerId: change.before?.id,
          },
          signal,
        )
      : null;
    planned.push({ ...shownOf(change), difference });
  }
  const sum = (of: (difference: TriggerChangeEffect) => number): number =>
    planned.reduce((all, { difference }) => all + (difference ? of(difference) : 0), 0);
  return {
    actions: actions.map(shownOf),
    triggers: planned,
    hasChanges: [...actions, ...triggers].some(({ change }) => change !== "none" && change !== "kept"),
    total: {
      more: sum(({ more }) => more),
      fewer: sum(({ fewer }) => fewer),
      sampledOut: sum(({ sampledOut }) => sampledOut),
    },
  };
}

/** The fields of a trigger's file that decide whether and for which actions a trigger fires. */
const DECIDING = new Set(["eventSource", "filter", "samplingRate", "samplingBy", "actions", "enabled"]);

const shownOf = ({ key, name, change, fields, conflict }: TriggerChange | ActionChange): PlannedChange => ({
  key,
  name,
  change,
  fields,
  conflict,
});

function comparedOf(file: TriggerFile): TriggerToCompare {
  const parsed = TriggerFileSchema.parse(file);
  const { eventSource, samplingRate, samplingBy, enabled, actions } = parsed;
  // An unreadable filter in a file was refused earlier. An unreadable stored filter never fires, so it counts as off.
  const { filter } = readFilterOfFile(parsed);
  return {
    eventSource,
    samplingRate,
    samplingBy,
    actionKeys: actions,
    enabled: enabled && filter !== null,
    filter: filter ?? { type: "group", match: "any", children: [] },
  };
}
