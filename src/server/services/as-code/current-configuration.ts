import type { ParsedConfiguration } from "@/domain/action/action-type";
import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import { DEFAULT_ACTION_TYPE_NAME } from "@/domain/action/registry";
import {
  areJsonValuesEqual,
  makeTriggerFile,
  type ActionFile,
  type TriggerFile,
} from "@/domain/as-code/configuration-files";
import { emptyFilter, Filter } from "@/domain/filter/schema";
import { ShadowInput } from "@/domain/shadow";
import { readTriggerModes } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";

/**
 * The summary of each version that an apply of files makes. If the newest version has this summary, nobody has changed
 * the trigger or action since the apply.
 */
export const APPLIED_VERSION_SUMMARY = "Applied from files.";

type Current<File> = {
  id: string;
  /** the stored key, or a key made from the name */
  key: string;
  hasKey: boolean;
  version: number;
  /** whether an apply of files made the newest version */
  isApplied: boolean;
  file: File;
};
export type CurrentTrigger = Current<TriggerFile> & { filter: Filter; actionIds: string[] };
export type CurrentAction = Current<ActionFile> & { read: ParsedConfiguration; stored: unknown };
export type CurrentConfiguration = { triggers: CurrentTrigger[]; actions: CurrentAction[] };

/** Reads the stored triggers and actions of a project in the form of configuration files, oldest first. */
export async function readCurrentConfiguration(ctx: ProjectContext): Promise<CurrentConfiguration> {
  const where = { projectId: ctx.projectId, deletedAt: null };
  const orderBy = [{ createdAt: "asc" as const }, { id: "asc" as const }];
  const [triggers, actions, applied] = await Promise.all([
    ctx.db.triggerConfiguration.findMany({
      where,
      orderBy,
      include: { actions: { where: { action: { deletedAt: null } }, orderBy: { position: "asc" } }, shadow: true },
    }),
    ctx.db.actionConfiguration.findMany({ where, orderBy }),
    // Only the newest versions are read, because reading all would be slow after years of daily applies.
    ctx.db.$queryRaw<{ id: string }[]>`
      SELECT v.target_id AS id FROM (
        SELECT id, version FROM trigger_configuration WHERE project_id = ${ctx.projectId} AND deleted_at IS NULL
        UNION ALL SELECT id, version FROM action_configuration WHERE project_id = ${ctx.projectId}
          AND deleted_at IS NULL
      ) AS current JOIN configuration_version v ON v.target_id = current.id AND v.version = current.version
      WHERE v.summary = ${APPLIED_VERSION_SUMMARY}`,
  ]);
  const appliedIds = new Set(applied.map(({ id }) => id));
  const stateOf = (row: { id: string; key: string | null; version: number }) => ({
    id: row.id,
    hasKey: row.key !== null,
    version: row.version,
    isApplied: appliedIds.has(row.id),
  });
  const actionKeys = keysOf(actions);
  const triggerKeys = keysOf(triggers);
  return {
    triggers: triggers.map((row) => {
      const filter = Filter.safeParse(row.filter).data ?? emptyFilter;
      const actionIds = row.actions.map(({ actionId }) => actionId);
      const keys = actionIds.map((id) => actionKeys.get(id)!);
      const { samplingBy, delayMode } = readTriggerModes(row);
      const file = makeTriggerFile({ ...row, filter, samplingBy, delayMode }, keys, shadowOf(row));
      return { ...stateOf(row), key: triggerKeys.get(row.id)!, file, filter, actionIds };
    }),
    actions: actions.map((row) => {
      const read = readStoredConfiguration(row.type, row.configuration);
      const file = makeActionFile(row.name, row.type, read);
      return { ...stateOf(row), key: actionKeys.get(row.id)!, file, read, stored: row.configuration };
    }),
  };
}

function shadowOf({ shadow }: { shadow: Record<keyof ShadowInput, unknown> | null }): ShadowInput | null {
  const read = ShadowInput.safeParse(shadow);
  return read.success ? read.data : null;
}

/**
 * Makes the configuration file of an action. The file has a masked URL and no secrets, and leaves out fields with their
 * default values. An unreadable configuration becomes an empty one.
 */
export function makeActionFile(name: string, typeName: string, read: ParsedConfiguration): ActionFile {
  const typeField = typeName === DEFAULT_ACTION_TYPE_NAME ? {} : { type: typeName };
  if (read.problem !== null) return { name, ...typeField, configuration: {} };
  const { blank } = read.configuration.type;
  const configuration = Object.fromEntries(
    Object.entries(read.configuration.inFile()).filter(([field, value]) => !areJsonValuesEqual(value, blank[field])),
  );
  return { name, ...typeField, configuration };
}

/**
 * Returns the key of each trigger or action, by id. A row without a stored key gets a key that is made from its name.
 */
function keysOf(rows: readonly { id: string; key: string | null; name: string }[]): Map<string, string> {
  const taken = new Set(rows.flatMap(({ key }) => key ?? []));
  return new Map(
    rows.map(({ id, key, name }): [string, string] => {
      if (key !== null) return [id, key];
      const base = keyFromName(name);
      let made = base;
      for (let number = 2; taken.has(made); number++) made = `${base}-${number}`;
      taken.add(made);
      return [id, made];
    }),
  );
}

const keyFromName = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80)
    .replace(/-+$/, "") || "unnamed";
