import { z } from "zod";
import { DEFAULT_ACTION_TYPE_NAME } from "../action/registry";
import { DisplayName } from "../display-name";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "../event-source/registry";
import { emptyFilter, Filter } from "../filter/schema";
import { formatFilterText } from "../filter/text/format-filter-text";
import { parseFilterText } from "../filter/text/parse-filter-text";
import { SamplingBy } from "../sampling";
import type { ShadowInput } from "../shadow";
import { ConfigurationKey, DelayMode, TriggerInput } from "../trigger";

/**
 * A trigger's file in a repository. The name of the file is the trigger's key. An optional field that is left out has
 * its default value.
 */
export const TriggerFile = z.strictObject({
  name: DisplayName,
  description: TriggerInput.shape.description,
  eventSource: z.string().min(1).default(DEFAULT_EVENT_SOURCE_NAME),
  /** the filter in its text form or in its JSON form */
  filter: z.union([z.string(), Filter], "must be the text of a filter, or a filter as JSON").default(""),
  samplingRate: TriggerInput.shape.samplingRate,
  samplingBy: SamplingBy.default("source"),
  delaySeconds: TriggerInput.shape.delaySeconds,
  delayMode: DelayMode.default("fixed"),
  capPerHour: TriggerInput.shape.capPerHour,
  /** the keys of the trigger's actions, in the order of display */
  actions: z.array(ConfigurationKey).min(1, "Name at least one action by its key."),
  enabled: z.boolean().default(true),
  /** the shadow: a second filter and sampling that are compared with the trigger's own and send nothing */
  shadow: z
    .strictObject({
      filter: z.union([z.string(), Filter], "must be the text of a filter, or a filter as JSON").default(""),
      samplingRate: TriggerInput.shape.samplingRate,
      samplingBy: SamplingBy.default("source"),
    })
    .optional(),
});
export type TriggerFile = z.input<typeof TriggerFile>;

/**
 * An action's file in a repository. The name of the file is the action's key. The file leaves secrets out, or refers to
 * variables that hold them.
 */
export const ActionFile = z.strictObject({
  name: DisplayName,
  type: z.string().min(1).max(100).default(DEFAULT_ACTION_TYPE_NAME),
  configuration: z.record(z.string(), z.unknown()),
});
export type ActionFile = z.input<typeof ActionFile>;

/** The files of a project: its triggers and its actions, by key. */
export const ProjectFiles = z.strictObject({
  triggers: z.record(ConfigurationKey, TriggerFile),
  actions: z.record(ConfigurationKey, ActionFile),
});
export type ProjectFiles = z.output<typeof ProjectFiles>;

/** A problem of a file. `place` is a field such as `filter`, with the line and column in its text if they are known. */
export type FileProblem = { place: string; message: string };

/** Reads the shadow from a trigger's file. The `place` of each problem begins with `shadow.`. */
export function readShadowOfFile({
  eventSource,
  shadow,
}: Pick<z.output<typeof TriggerFile>, "eventSource" | "shadow">): {
  shadow: ShadowInput | null;
  problems: FileProblem[];
} {
  if (!shadow) return { shadow: null, problems: [] };
  const { filter, problems } = readFilterOfFile({ eventSource, filter: shadow.filter });
  if (problems === null) return { shadow: { ...shadow, filter }, problems: [] };
  return { shadow: null, problems: problems.map(({ place, message }) => ({ place: `shadow.${place}`, message })) };
}

/**
 * Reads the filter from a trigger's file. An empty text is the filter for every event. A filter in JSON form is not
 * checked here.
 */
export function readFilterOfFile(
  file: Pick<z.output<typeof TriggerFile>, "eventSource" | "filter">,
): { filter: Filter; problems: null } | { filter: null; problems: FileProblem[] } {
  const source = getEventSource(file.eventSource);
  if (!source) {
    const message = `There is no event source called ${file.eventSource}.`;
    return { filter: null, problems: [{ place: "eventSource", message }] };
  }
  if (typeof file.filter !== "string") return { filter: file.filter, problems: null };
  if (file.filter.trim() === "") return { filter: emptyFilter, problems: null };
  const { filter, problems } = parseFilterText(file.filter, source);
  if (problems === null) return { filter, problems };
  return {
    filter: null,
    problems: problems.map(({ line, column, message }) => ({
      place: `filter, line ${line}, column ${column}`,
      message,
    })),
  };
}

/** Makes the input of the trigger form from a file. */
export function makeTriggerInputFromFile(
  file: z.output<typeof TriggerFile>,
  { key, filter, actionIds }: { key: string; filter: Filter; actionIds: string[] },
): TriggerInput {
  const { actions: _actions, enabled, filter: _filter, shadow: _shadow, ...fields } = file;
  return { ...fields, key, filter, actionIds, status: enabled ? "ACTIVE" : "DISABLED" };
}

/** Makes the file of a trigger. Optional fields with default values are left out, except for the filter. */
export function makeTriggerFile(
  trigger: Omit<TriggerInput, "actionIds" | "key">,
  actionKeys: string[],
  shadow: ShadowInput | null,
): TriggerFile {
  const { name, description, eventSource, filter, samplingRate, samplingBy, delaySeconds, delayMode, capPerHour } =
    trigger;
  return {
    name,
    ...(description === "" ? {} : { description }),
    ...(eventSource === DEFAULT_EVENT_SOURCE_NAME ? {} : { eventSource }),
    filter: filterInFile(eventSource, filter),
    ...(samplingRate === 1 ? {} : { samplingRate }),
    ...(samplingBy === "source" ? {} : { samplingBy }),
    ...(delaySeconds === 0 ? {} : { delaySeconds }),
    ...(delayMode === "fixed" ? {} : { delayMode }),
    ...(capPerHour === null ? {} : { capPerHour }),
    actions: actionKeys,
    ...(trigger.status === "ACTIVE" ? {} : { enabled: false }),
    ...(shadow
      ? {
          shadow: {
            filter: filterInFile(eventSource, shadow.filter),
            ...(shadow.samplingRate === 1 ? {} : { samplingRate: shadow.samplingRate }),
            ...(shadow.samplingBy === "source" ? {} : { samplingBy: shadow.samplingBy }),
          },
        }
      : {}),
  };
}

/**
 * Returns the text form of a filter. If that text would not parse to the same filter, or the event source is unknown,
 * it returns the filter itself.
 */
function filterInFile(eventSource: string, filter: Filter): string | Filter {
  const source = getEventSource(eventSource);
  if (!source) return filter;
  const text = formatFilterText(source, filter);
  const parsed = parseFilterText(text, source).filter;
  return parsed !== null && areJsonValuesEqual(parsed, filter) ? text : filter;
}

/**
 * Tells whether two JSON values are equal. The order of members does not matter, and an undefined member counts as
 * missing.
 */
export function areJsonValuesEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, ordered(member)]),
  );
}
