import { recogniseSearchText } from "@/domain/execution-query";
import type { ExecutionStatus } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "./access";
import { listExecutions } from "./executions/list-executions";
import { makeContainsTextWhere } from "./search";

const KIND_MAX = 5;

export type SearchHit =
  | { kind: "trigger" | "action"; id: string; name: string; isOff: boolean }
  | { kind: "observation"; id: string; name: string | null; at: Date }
  | { kind: "execution"; id: string; name: string; status: ExecutionStatus; code: number | null; at: Date };

/**
 * Finds up to five triggers, actions, subjects and executions each, in this order. The text can be an id, a trace id,
 * an HTTP status code, an error code, the beginning of a source id, a part of a trigger's or action's name, or the
 * whole name of a subject.
 */
export async function searchProject(ctx: ProjectContext, input: { text: string }): Promise<SearchHit[]> {
  requirePermission(ctx, "project:read");
  const text = input.text.trim();
  if (text === "") return [];
  const found = await Promise.all([
    findConfigured(ctx, "trigger", text),
    findConfigured(ctx, "action", text),
    findSubjects(ctx, text),
    findExecutions(ctx, text),
  ]);
  return found.flat();
}

async function findConfigured(ctx: ProjectContext, kind: "trigger" | "action", text: string): Promise<SearchHit[]> {
  const recognised = recogniseSearchText(text);
  const query = {
    where: {
      projectId: ctx.projectId,
      deletedAt: null,
      ...(recognised.kind === kind ? { id: recognised.value } : { name: makeContainsTextWhere(text) }),
    },
    orderBy: { name: "asc" as const },
    take: KIND_MAX,
  };
  if (kind === "trigger") {
    const rows = await ctx.db.triggerConfiguration.findMany({
      ...query,
      select: { id: true, name: true, status: true },
    });
    return rows.map(({ id, name, status }) => ({ kind, id, name, isOff: status !== "ACTIVE" }));
  }
  const rows = await ctx.db.actionConfiguration.findMany({
    ...query,
    select: { id: true, name: true, disabledAt: true },
  });
  return rows.map(({ id, name, disabledAt }) => ({ kind, id, name, isOff: disabledAt !== null }));
}

/**
 * Finds subjects by id, trace id or whole name. Indexes: the primary key, (project_id, trace_id) and (project_id,
 * environment, name).
 */
async function findSubjects(ctx: ProjectContext, text: string): Promise<SearchHit[]> {
  const { projectId } = ctx;
  const select = { id: true, name: true, receivedAt: true } as const;
  const { kind, value } = recogniseSearchText(text);
  const by = (where: object) =>
    ctx.db.observation.findMany({
      where: { projectId, ...where },
      take: KIND_MAX,
      orderBy: { receivedAt: "desc" },
      select,
    });
  const lists = await Promise.all([
    by({ id: text }),
    kind === "trace" ? by({ traceId: value }) : [],
    kind === "text" ? by({ name: text }) : [],
  ]);
  const found = new Map(lists.flat().map((row) => [row.id, row]));
  return [...found.values()]
    .slice(0, KIND_MAX)
    .map(({ id, name, receivedAt }) => ({ kind: "observation", id, name, at: receivedAt }));
}

async function findExecutions(ctx: ProjectContext, text: string): Promise<SearchHit[]> {
  const { items } = await listExecutions(ctx, { search: text, limit: KIND_MAX });
  return items.map(({ id, trigger, action, status, responseCode, createdAt }) => ({
    kind: "execution",
    id,
    name: `${trigger.name} → ${action.name}`,
    status,
    code: responseCode,
    at: createdAt,
  }));
}
