import type { ActionFile, TriggerFile } from "@/domain/as-code/configuration-files";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import type { PulledVersions } from "@/domain/as-code/pulled-versions";
import { readCurrentConfiguration, type CurrentConfiguration } from "./current-configuration";

export type PulledConfiguration = {
  files: { triggers: Record<string, TriggerFile>; actions: Record<string, ActionFile> };
  /** the id and version of each trigger and action, with which a later apply finds changes made outside the files */
  pulled: PulledVersions;
};

/** Returns the triggers and actions of a project as configuration files, sorted by key. The files hold no secrets. */
export async function pullConfiguration(ctx: ProjectContext): Promise<PulledConfiguration> {
  requirePermission(ctx, "project:read");
  return toPulledConfiguration(await readCurrentConfiguration(ctx));
}

export function toPulledConfiguration({ triggers, actions }: CurrentConfiguration): PulledConfiguration {
  type Rows = CurrentConfiguration["triggers"] | CurrentConfiguration["actions"];
  const byKey = <Value>(rows: Rows, valueOf: (row: Rows[number]) => Value): Record<string, Value> =>
    Object.fromEntries(
      [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)).map((row) => [row.key, valueOf(row)] as const),
    );
  const stateOf = ({ id, version }: Rows[number]) => ({ id, version });
  return {
    files: {
      triggers: byKey(triggers, ({ file }) => file as TriggerFile),
      actions: byKey(actions, ({ file }) => file as ActionFile),
    },
    pulled: { triggers: byKey(triggers, stateOf), actions: byKey(actions, stateOf) },
  };
}
