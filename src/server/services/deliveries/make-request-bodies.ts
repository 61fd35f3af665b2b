import { setImmediate as nextTurn } from "node:timers/promises";
import { describeTemplateProblem, renderTemplateIfQuick } from "@/domain/action/webhook/template/template";
import type { ServiceContext } from "@/server/context";
import type { RenderOutcome } from "@/server/compute/compute";
import { readActionConfiguration } from "./make-message-of-attempt";
import type { ClaimedExecution, ActionForDelivery } from "./types";

export type RenderedBody = { ok: true; body: string } | { ok: false; message: string };
/**
 * The request body of an execution, or the reason why its template failed. `later`: the project has used up its
 * processor time for templates, so the execution must wait.
 */
export type RequestBodyOutcome = RenderedBody | "later";

/** After rendering a body that took longer than this, ms, other work of the process gets a turn. */
const SLOW_MS = 5;

/**
 * Returns the template from which an action's request bodies are rendered. Null if the action sends the envelope as the
 * body, or if its configuration is unreadable.
 */
export function readActionTemplate(action: ActionForDelivery): string | null {
  // If the configuration is unreadable, `makeMessageOfAttempt` reports the problem later.
  const read = readActionConfiguration(action);
  return read.problem === null ? read.configuration.template : null;
}

/**
 * Makes the request bodies of claimed executions, in the order of the executions. A frozen body is used unchanged, and
 * without a template the envelope is the body. A template that may take long is rendered in a worker thread.
 */
export async function makeRequestBodies(
  ctx: ServiceContext,
  action: ActionForDelivery,
  executions: readonly ClaimedExecution[],
): Promise<RequestBodyOutcome[]> {
  const template = readActionTemplate(action);
  const bodies = new Map<string, RequestBodyOutcome>();
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

function bodyAtOnce(template: string | null, { input, isFrozen }: ClaimedExecution): RequestBodyOutcome | null {
  if (template === null || isFrozen) return { ok: true, body: input };
  const rendered = renderTemplateIfQuick(template, input);
  return rendered && toBody(rendered);
}

const toBody = (outcome: RenderOutcome): RequestBodyOutcome =>
  outcome === "later" || outcome.ok ? outcome : { ok: false, message: describeTemplateProblem(outcome) };
