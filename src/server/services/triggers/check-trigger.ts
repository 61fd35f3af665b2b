import { getEventSource } from "@/domain/event-source/registry";
import type { EventSource } from "@/domain/event-source/event-source";
import { checkFilter } from "@/domain/filter/check-filter";
import { findFilterContradiction } from "@/domain/filter/contradiction";
import { listRegexesInFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { compileRegexes } from "@/server/compute/time-slices";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";

/**
 * Checks what the schema of a trigger cannot: its event source exists, its filter fits the source's columns and can
 * match, a quiet period is longer than 0 s, and its actions belong to the project.
 * @throws AppError BAD_REQUEST with the fields at fault: `eventSource`, `filter`, `filter.<path>` for each problem of
 * the filter, `delaySeconds`, `actionIds`
 */
export async function checkTriggerInput(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  input: TriggerInput,
): Promise<void> {
  const fields: Record<string, string> = {};
  Object.assign(fields, await fieldsOfFilter(input));
  if (input.delayMode === "quiet" && input.delaySeconds === 0)
    fields.delaySeconds = "Enter for how long it has to be quiet: at least 1 second.";

  const known = await tx.actionConfiguration.findMany({
    where: { projectId: ctx.projectId, id: { in: input.actionIds }, deletedAt: null },
    select: { id: true },
  });
  if (known.length !== input.actionIds.length)
    fields.actionIds = "One of the actions is not in this project any more; choose again.";
  refuse(fields);
}

/**
 * Checks a filter without a trigger, such as that of a shadow (a filter on trial).
 * @throws AppError BAD_REQUEST with the same fields for the event source and the filter as `checkTriggerInput`
 */
export async function checkTriggerFilter(eventSource: string, filter: Filter): Promise<void> {
  refuse(await fieldsOfFilter({ eventSource, filter }));
}

function refuse(fields: Record<string, string>): void {
  const [first] = Object.values(fields);
  if (first) throw new AppError("BAD_REQUEST", first, { fields });
}

async function fieldsOfFilter({
  eventSource,
  filter,
}: Pick<TriggerInput, "eventSource" | "filter">): Promise<Record<string, string>> {
  await compileRegexes(listRegexesInFilter(filter));
  const source = getEventSource(eventSource);
  if (!source) return { eventSource: `There is no event source called ${eventSource}.` };
  return filterFields(filterProblems(source, filter));
}

/**
 * Lists the problems of a filter, each with its path. If there is none, but the filter can never match, it returns that
 * as the only problem.
 */
function filterProblems(source: EventSource, filter: Filter): { path: number[]; message: string }[] {
  const problems = checkFilter(source, filter);
  if (problems.length > 0) return problems;
  const contradiction = findFilterContradiction(source, filter);
  return contradiction
    ? [{ path: contradiction.path, message: `This filter can never match: ${contradiction.reason}` }]
    : [];
}

/**
 * Turns problems of a filter into the fields of an error. The field `filter` has all messages. A field such as
 * `filter.0.2` has the message about the condition at this path.
 */
function filterFields(problems: readonly { path: number[]; message: string }[]): Record<string, string> {
  if (problems.length === 0) return {};
  const fields: Record<string, string> = { filter: problems.map((problem) => problem.message).join(" ") };
  for (const { path, message } of problems) if (path.length > 0) fields[`filter.${path.join(".")}`] ??= message;
  return fields;
}
