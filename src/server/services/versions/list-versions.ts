import { StoredWebhookUrl } from "@/domain/action/webhook/url";
import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe-filter";
import { formatFilterJson } from "@/domain/filter/filter-json";
import { Filter } from "@/domain/filter/schema";
import { ActionSnapshot, TriggerSnapshot } from "@/domain/version-snapshot";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { loadTriggerAndActionNames } from "../load-trigger-and-action-names";
import { makeAfterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { showUrlToReader } from "../show-url-to-reader";

type VersionChange = { field: string; label: string; before: string | null; after: string | null };
export type VersionListItem = {
  version: number;
  summary: string;
  actor: string;
  createdAt: Date;
  isCurrent: boolean;
  /** the fields that this version changed, compared with the version before; empty for the oldest stored version */
  changes: VersionChange[];
};
export type ListVersionsInput = {
  kind: "trigger" | "action";
  targetId: string;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/**
 * The fields of a version for a comparison, by path. `mark` tells two values apart that look equal, such as two masked
 * URLs.
 */
type Fields = Map<string, { label: string; value: string | null; mark?: string }>;

/**
 * Lists one page of the versions of a trigger or an action, newest first, each with its changes since the version
 * before.
 */
export async function listVersions(ctx: ProjectContext, input: ListVersionsInput): Promise<Page<VersionListItem>> {
  requirePermission(ctx, "project:read");
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const current = await currentVersion(ctx, input);
  const rows = await ctx.db.configurationVersion.findMany({
    where: {
      projectId: ctx.projectId,
      kind: input.kind,
      targetId: input.targetId,
      ...makeAfterCursorWhere(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    // One additional row tells that another page exists, and one is compared with the page's last version.
    take: limit + 2,
    select: { id: true, version: true, summary: true, snapshot: true, actorLabel: true, createdAt: true },
  });
  const snapshots = rows.map((row) => row.snapshot);
  const fields =
    input.kind === "trigger"
      ? await fieldsOfTriggers(ctx, snapshots)
      : snapshots.map((snapshot) => actionFields(ctx, ActionSnapshot.parse(snapshot)));
  const page = toPage(rows.slice(0, limit + 1), limit, (row) => ({ at: row.createdAt, id: row.id }));
  return {
    ...page,
    items: page.items.map(({ version, summary, actorLabel, createdAt }, index) => ({
      version,
      summary,
      actor: actorLabel,
      createdAt,
      isCurrent: version === current,
      changes: fields[index + 1] ? differences(fields[index + 1]!, fields[index]!) : [],
    })),
  };
}

async function currentVersion(ctx: ProjectContext, { kind, targetId }: ListVersionsInput): Promise<number> {
  const where = { id: targetId, projectId: ctx.projectId };
  const row =
    kind === "trigger"
      ? await ctx.db.triggerConfiguration.findFirst({ where, select: { version: true } })
      : await ctx.db.actionConfiguration.findFirst({ where, select: { version: true } });
  if (!row) throw makeNotFoundError(kind);
  return row.version;
}

async function fieldsOfTriggers(ctx: ProjectContext, stored: readonly unknown[]): Promise<Fields[]> {
  const snapshots = stored.map((snapshot) => TriggerSnapshot.parse(snapshot));
  const actionIds = snapshots.flatMap((snapshot) => snapshot.actionIds);
  const names = await loadTriggerAndActionNames(ctx, { triggerIds: [], actionIds });
  return snapshots.map((snapshot) => triggerFields(snapshot, (id) => names.action(id).name));
}

function triggerFields(snapshot: TriggerSnapshot, actionName: (id: string) => string): Fields {
  const filter = Filter.safeParse(snapshot.filter);
  const source = getEventSource(snapshot.eventSource);
  const text = (value: string | number | null): string | null =>
    value === null || value === "" ? null : String(value);
  return new Map([
    ["name", { label: "Name", value: text(snapshot.name) }],
    ["description", { label: "Description", value: text(snapshot.description) }],
    ["status", { label: "Status", value: snapshot.status === "ACTIVE" ? "On" : "Off" }],
    ["eventSource", { label: "Event source", value: source?.label ?? text(snapshot.eventSource) }],
    ["filter", { label: "Filter", value: source && filter.success ? describeFilter(source, filter.data) : null }],
    [
      "filterJson",
      {
        label: "Filter as JSON",
        value: filter.success ? formatFilterJson(filter.data) : (JSON.stringify(snapshot.filter) ?? null),
      },
    ],
    [
      "samplingRate",
      { label: "Sampling rate", value: snapshot.samplingRate === null ? null : inPercent(snapshot.samplingRate) },
    ],
    ["samplingBy", { label: "Sampling by", value: text(snapshot.samplingBy) }],
    [
      "delay",
      {
        label: "Delay",
        value:
          snapshot.delaySeconds === null
            ? null
            : `${snapshot.delaySeconds} s${snapshot.delayMode === "quiet" ? ", once it is quiet" : ""}`,
      },
    ],
    ["capPerHour", { label: "Cap an hour", value: text(snapshot.capPerHour) }],
    ["shadow", { label: "Shadow", value: shadowText(snapshot) }],
    ["actionIds", { label: "Actions", value: snapshot.actionIds.map(actionName).join(", ") }],
  ]);
}

/**
 * Formats a rate of 0 to 1 in percent. The rounding removes what binary fractions add: 0.29 * 100 is
 * 28.999999999999996.
 */
const inPercent = (rate: number): string => `${Number((rate * 100).toFixed(6))} %`;

function shadowText({ eventSource, shadow }: TriggerSnapshot): string | null {
  const source = getEventSource(eventSource);
  const filter = Filter.safeParse(shadow?.filter);
  if (!shadow) return null;
  const words = source && filter.success ? describeFilter(source, filter.data) : "a filter that cannot be read";
  return `${words}, ${inPercent(shadow.samplingRate ?? 1)}`;
}

/**
 * Returns the fields of an action's version by path. Every value in the JSON is a field, because each action type has
 * its own fields. A stored URL is one field.
 */
function actionFields(ctx: ProjectContext, snapshot: ActionSnapshot): Fields {
  const fields: Fields = new Map();
  const walk = (path: string[], value: unknown): void => {
    const url = StoredWebhookUrl.safeParse(value);
    if (url.success) {
      const shown = showUrlToReader(ctx, url.data);
      fields.set(path.join("."), { label: labelOf(path), value: shown, mark: url.data.ciphertext });
    } else if (value !== null && typeof value === "object")
      for (const [key, item] of Object.entries(value)) walk([...path, key], item);
    else
      fields.set(path.join("."), {
        label: labelOf(path),
        value: value === null || value === undefined ? null : String(value),
      });
  };
  walk([], snapshot);
  return fields;
}

const words: Record<string, string> = { url: "URL", name: "Name", enabled: "On" };
const labelOf = (path: readonly string[]): string =>
  path
    .filter((part) => part !== "configuration")
    .map((part) => words[part] ?? part.replace(/([A-Z])/g, " $1").toLowerCase())
    .join(" ");

function differences(before: Fields, after: Fields): VersionChange[] {
  const names = new Set([...after.keys(), ...before.keys()]);
  return [...names].flatMap((field) => {
    const [was, is] = [before.get(field), after.get(field)];
    if (was?.value === is?.value && was?.mark === is?.mark) return [];
    return [{ field, label: (is ?? was)!.label, before: was?.value ?? null, after: is?.value ?? null }];
  });
}
