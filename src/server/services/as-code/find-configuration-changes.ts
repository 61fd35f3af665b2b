import {
  areJsonValuesEqual,
  readFilterOfFile,
  readShadowOfFile,
  makeTriggerFile,
  makeTriggerInputFromFile,
  type ActionFile,
  type ProjectFiles,
} from "@/domain/as-code/configuration-files";
import type { ShadowInput } from "@/domain/shadow";
import type { PulledVersions } from "@/domain/as-code/pulled-versions";
import type { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requireActionType, toStoredActionConfiguration } from "../actions/action-configuration";
import type { ActionInput } from "../actions/action-input";
import {
  makeActionFile,
  type CurrentAction,
  type CurrentConfiguration,
  type CurrentTrigger,
} from "./current-configuration";

/**
 * A field whose value a change of the files alters, with the values before and after. A value is null if the field is
 * missing.
 */
type ChangedField = { field: string; before: unknown; after: unknown };

type Change<Input, Row> = {
  key: string;
  name: string;
  /** `kept`: the project has this trigger or action and the files do not, and `prune` is not set */
  change: "create" | "update" | "none" | "delete" | "kept";
  fields: ChangedField[];
  /** why the change is refused unless `force` is set; null if it is not refused */
  conflict: string | null;
  before: Row | null;
  input: Input;
};
export type TriggerChange = Change<((actionIds: string[]) => TriggerInput) | null, CurrentTrigger> & {
  actionKeys: string[];
  shadow: ShadowInput | null;
};
export type ActionChange = Change<ActionInput | null, CurrentAction>;

export type ConfigurationChanges = { triggers: TriggerChange[]; actions: ActionChange[] };

export type FindConfigurationChangesInput = { files: ProjectFiles; pulled: PulledVersions; prune: boolean };

/**
 * Compares the files of a project with its stored triggers and actions, and lists the changes that an apply would make.
 * @throws AppError BAD_REQUEST with a field for each problem, such as `triggers.slow.filter`
 */
export function findConfigurationChanges(
  ctx: ProjectContext,
  current: CurrentConfiguration,
  { files, pulled, prune }: FindConfigurationChangesInput,
): ConfigurationChanges {
  const fields: Record<string, string> = {};
  const [actions, triggers] = [new Map<string, CurrentAction>(), new Map<string, CurrentTrigger>()];
  const actionChanges = Object.entries(files.actions).map(([key, file]): ActionChange => {
    const before = findBefore(current.actions, key, pulled.actions[key]);
    if (before) actions.set(before.id, before);
    try {
      return actionChange(ctx, { key, file, before, known: pulled.actions[key] });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "BAD_REQUEST") throw error;
      Object.assign(fields, under(`actions.${key}`, error));
      return { key, name: file.name, change: "none", fields: [], conflict: null, before, input: null };
    }
  });
  const triggerChanges = Object.entries(files.triggers).map(([key, file]): TriggerChange => {
    const before = findBefore(current.triggers, key, pulled.triggers[key]);
    if (before) triggers.set(before.id, before);
    for (const [index, action] of file.actions.entries())
      if (!files.actions[action])
        fields[`triggers.${key}.actions.${index}`] = `There is no action with the key ${action} in the files.`;
    return triggerChange({ key, file, before, known: pulled.triggers[key] }, fields);
  });
  const [first] = Object.entries(fields);
  if (first) throw new AppError("BAD_REQUEST", `${first[0]}: ${first[1]}`, { fields });
  const gone = <Row extends CurrentTrigger | CurrentAction>(
    rows: Row[],
    kept: Map<string, Row>,
    known: PulledVersions["triggers"],
  ) => rows.filter(({ id }) => !kept.has(id)).map((before) => goneChange(before, prune, known[before.key]));
  return {
    actions: [...actionChanges, ...gone(current.actions, actions, pulled.actions)],
    triggers: [
      ...triggerChanges,
      ...gone(current.triggers, triggers, pulled.triggers).map((change) => ({
        ...change,
        actionKeys: [],
        shadow: null,
      })),
    ],
  };
}

type Known = { id: string; version: number } | undefined;

/**
 * Finds the stored trigger or action to which a file belongs, by its key. A row without a stored key is found by the id
 * that the last pull wrote down.
 */
const findBefore = <Row extends CurrentTrigger | CurrentAction>(rows: Row[], key: string, known: Known): Row | null =>
  rows.find((row) => row.hasKey && row.key === key) ?? rows.find((row) => !row.hasKey && row.id === known?.id) ?? null;

function conflictOf(before: CurrentTrigger | CurrentAction | null, known: Known): string | null {
  if (before === null || before.isApplied || (known?.id === before.id && known.version === before.version)) return null;
  const seen =
    known?.id === before.id ? `these files were pulled at version ${known.version}` : "these files never saw it";
  return (
    `It is at version ${before.version}, which was made outside the files, and ${seen}. ` +
    "Pull again, or use --force."
  );
}

function goneChange<Row extends CurrentTrigger | CurrentAction>(before: Row, prune: boolean, known: Known) {
  const { key, file } = before;
  const conflict = prune ? conflictOf(before, known) : null;
  return {
    key,
    name: file.name,
    change: prune ? ("delete" as const) : ("kept" as const),
    fields: [],
    conflict,
    before,
    input: null,
  };
}

function triggerChange(
  {
    key,
    file,
    before,
    known,
  }: { key: string; file: ProjectFiles["triggers"][string]; before: CurrentTrigger | null; known: Known },
  fields: Record<string, string>,
): TriggerChange {
  const { filter, problems } = readFilterOfFile(file);
  const { shadow, problems: shadowProblems } = readShadowOfFile(file);
  const blank = {
    shadow,
    key,
    name: file.name,
    fields: [],
    conflict: null,
    before,
    input: null,
    actionKeys: file.actions,
  };
  if (problems !== null || shadowProblems.length > 0) {
    for (const { place, message } of [...(problems ?? []), ...shadowProblems])
      fields[`triggers.${key}.${place}`] = message;
    return { ...blank, change: "none" };
  }
  const input = (actionIds: string[]): TriggerInput => makeTriggerInputFromFile(file, { key, filter, actionIds });
  const changed = changedFields(before?.file ?? {}, makeTriggerFile(input([]), file.actions, shadow));
  const isSame = before !== null && before.hasKey && changed.length === 0;
  return {
    ...blank,
    input,
    fields: changed,
    change: before === null ? "create" : isSame ? "none" : "update",
    conflict: isSame ? null : conflictOf(before, known),
  };
}

function actionChange(
  ctx: ProjectContext,
  {
    key,
    file,
    before,
    known,
  }: { key: string; file: ProjectFiles["actions"][string]; before: CurrentAction | null; known: Known },
): ActionChange {
  const type = requireActionType(file.type);
  const input: ActionInput = { key, ...file };
  const stored =
    before?.read.problem === null && before.read.configuration.type.name === type.name
      ? before.read.configuration.stored
      : null;
  const plain = stored && inClear(stored, ctx.cipher.decrypt);
  // Secrets are compared as clear text, because each encryption gives another ciphertext.
  const next = toStoredActionConfiguration(type, file.configuration, { encrypt: (text) => text, previous: plain });
  const isSame =
    before !== null && before.hasKey && before.file.name === file.name && areJsonValuesEqual(next.stored, plain);
  const after = makeActionFile(file.name, type.name, { configuration: next, problem: null });
  const shown = changedFields(flat(before?.file), flat(after));
  return {
    key,
    name: file.name,
    before,
    input,
    change: before === null ? "create" : isSame ? "none" : "update",
    fields: isSame || shown.length > 0 ? shown : [{ field: "secrets", before: "(hidden)", after: "(changed)" }],
    conflict: isSame ? null : conflictOf(before, known),
  };
}

/** Decrypts a stored configuration for a comparison: every JSON member called `ciphertext`, at any depth. */
function inClear(stored: unknown, decrypt: (ciphertext: string) => string): unknown {
  if (Array.isArray(stored)) return stored.map((item) => inClear(item, decrypt));
  if (typeof stored !== "object" || stored === null) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [
      name,
      name === "ciphertext" && typeof value === "string" ? decrypt(value) : inClear(value, decrypt),
    ]),
  );
}

/**
 * Puts the fields of an action's file and the fields of its `configuration` into one object, for a comparison field by
 * field.
 */
function flat(file: ActionFile | undefined): Record<string, unknown> {
  if (!file) return {};
  const { configuration, ...fields } = file;
  return { ...fields, ...configuration };
}

function changedFields(before: object, after: object): ChangedField[] {
  const [left, right] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => !areJsonValuesEqual(left.get(field), right.get(field)))
    .map((field) => ({ field, before: left.get(field) ?? null, after: right.get(field) ?? null }));
}

/** Returns the fields of an error, each with the position in the files as a prefix, such as `triggers.slow.filter`. */
const under = (place: string, { fields, message }: AppError): Record<string, string> => {
  const found = Object.entries(fields ?? {}).map(([field, text]) => [`${place}.${field}`, text] as const);
  return found.length > 0 ? Object.fromEntries(found) : { [place]: message };
};
