import { setImmediate as nextTurn } from "node:timers/promises";
import { describeTemplateProblem, renderSmall } from "@/domain/action/webhook/template/template";
import type { ServiceContext } from "@/server/context";
import type { RenderOutcome } from "@/server/compute/compute";
import { readAction } from "./prepare-request";
import type { ClaimedExecution, LoadedAction } from "./types";

export type MadeBody = { ok: true; body: string } | { ok: false; message: string };
/** `later`: its project has used up its time for templates, so that it waits. */
export type BodyOutcome = MadeBody | "later";

/** A body that took longer lets others have their turn. */
const SLOW_MS = 5;

/** The template that makes the bodies of an action; null where the envelope is sent as it is. */
export function templateOf(action: LoadedAction): string | null {
  // A configuration that cannot be read has no template, and prepareRequest has the words for it.
  const read = readAction(action);
  return read.problem === null ? read.type.templateOf(read.stored) : null;
}

/**
 * What is sent for each execution, in their order. Bytes that are settled stay. A template that may take long is
 * rendered in a thread.
 */
export async function makeBodies(
  ctx: ServiceContext,
  action: LoadedAction,
  executions: readonly ClaimedExecution[],
): Promise<BodyOutcome[]> {
  const template = templateOf(action);
  const bodies = new Map<string, BodyOutcome>();
  const long: ClaimedExecution[] = [];
  for (const execution of executions) {
    const start = performance.now();
    const body = bodyAtOnce(template, execution);
    if (body) bodies.set(execution.id, body);
    else long.push(execution);
    if (performance.now() - start > SLOW_MS) await nextTurn();
  }
  if (template !== null && long.length > 0) {
    const outcomes = await ctx.compute.render(
      { projectId: action.projectId, purpose: "deliveries" },
      { actionId: action.actionId, template, envelopes: long.map(({ input }) => input) },
    );
    for (const [index, { id }] of long.entries()) bodies.set(id, toBody(outcomes[index]!));
  }
  return executions.map(({ id }) => bodies.get(id)!);
}

function bodyAtOnce(template: string | null, { input, isFrozen }: ClaimedExecution): BodyOutcome | null {
  if (template === null || isFrozen) return { ok: true, body: input };
  const rendered = renderSmall(template, input);
  return rendered && toBody(rendered);
}

const toBody = (outcome: RenderOutcome): BodyOutcome =>
  outcome === "later" || outcome.ok ? outcome : { ok: false, message: describeTemplateProblem(outcome) };
