import { z } from "zod";
import { parsePeriodMs, searchedPeriodRule } from "@/domain/execution-query";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { StorableDate } from "../keyset";
import { makeContainsTextWhere } from "../search";

const Options = z.array(z.string().max(200)).max(50).optional();
const Text = z.string().min(1).max(1_000).optional();

/** The filters of a project's observations, for the list and its counts. */
export const ObservationFilters = z.object({
  /** the event source; without it, every event source */
  eventSource: z.string().min(1).max(100).optional(),
  /** a text that the id, the name or the trace id of an observation must contain */
  search: z.string().trim().max(200).optional(),
  level: Options,
  type: Options,
  environment: Options,
  model: Options,
  traceId: Text,
  sessionId: Text,
  userId: Text,
  /** observations received within a period that ends now, such as `2h`; `from` takes its place */
  since: z.string().regex(searchedPeriodRule.pattern, searchedPeriodRule.message).optional(),
  /** observations received at this time or later */
  from: StorableDate.optional(),
  /** observations received before this time */
  to: StorableDate.optional(),
});
export type ObservationFilters = z.infer<typeof ObservationFilters>;

/** Turns filters into a Prisma `where` for observations. Observations whose content was removed never match. */
export function makeObservationFiltersWhere(
  ctx: ProjectContext,
  filters: ObservationFilters,
): Prisma.ObservationWhereInput {
  const { eventSource, search, level, type, environment, model, traceId, sessionId, userId, since, to } = filters;
  const from = filters.from ?? (since ? new Date(ctx.now().getTime() - parsePeriodMs(since)) : undefined);
  const oneOf = (values: string[] | undefined) => (values?.length ? { in: values } : undefined);
  const holds = makeContainsTextWhere(search ?? "");
  const where = {
    projectId: ctx.projectId,
    state: { not: null },
    eventSource,
    level: oneOf(level),
    type: oneOf(type),
    environment: oneOf(environment),
    model: oneOf(model),
    traceId,
    sessionId,
    userId,
    receivedAt: from || to ? { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } : undefined,
    OR: search ? [{ id: holds }, { name: holds }, { traceId: holds }] : undefined,
  };
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
}
