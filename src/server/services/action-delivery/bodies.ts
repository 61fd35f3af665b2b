import { setImmediate as nextTurn } from "node:timers/promises";
import { readConfiguration } from "@/domain/action/read-configuration";
import { describeTemplateProblem, renderSmall } from "@/domain/action/webhook/template/template";
import type { ServiceContext } from "@/server/context";
import type { RenderOutcome } from "@/server/compute/compute";

/** An execution that was never attempted: its body is made of the event, from the action as it is now. */
export type Unmade = {
  id: string;
  projectId: string;
  actionId: string;
  actionType: string;
  configuration: unknown;
  /** the event as JSON, see buildEnvelope */
  input: string;
};
/** `later`: its project has used up its time for templates, so that it waits. */
export type Body = { ok: true; body: string } | { ok: false; message: string } | "later";
/** Bodies that a thread made, with what they were made of: until they are sent, the event or the template may change. */
export type MadeBodies = Map<string, { template: string; input: string; body: Body }>;

/** A body that took longer lets others have their turn. */
const SLOW_MS = 5;

/** The bodies that are made in a few milliseconds, or were made ahead; null for one that a thread has to make. */
export async function bodiesAtOnce(
  rows: readonly Unmade[],
  ahead: MadeBodies,
): Promise<ReadonlyMap<string, Body | null>> {
  const bodies = new Map<string, Body | null>();
  for (const row of rows) {
    const start = performance.now();
    bodies.set(row.id, bodyAtOnce(row, ahead));
    if (performance.now() - start > SLOW_MS) await nextTurn();
  }
  return bodies;
}

function bodyAtOnce(row: Unmade, ahead: MadeBodies): Body | null {
  const template = templateOf(row);
  if (template === null) return { ok: true, body: row.input };
  const made = ahead.get(row.id);
  if (made?.template === template && made.input === row.input) return made.body;
  const rendered = renderSmall(template, row.input);
  return rendered && toBody(rendered);
}

/** A configuration that cannot be read has no template, and prepareRequest has the words for it. */
function templateOf({ actionType, configuration }: Unmade): string | null {
  const read = readConfiguration(actionType, configuration);
  return read.problem === null ? read.type.templateOf(read.stored) : null;
}

/** Has bodies of one action made in a thread. Not inside a transaction: it may wait for others. */
export async function makeBodies(ctx: ServiceContext, rows: readonly Unmade[]): Promise<MadeBodies> {
  const made: MadeBodies = new Map();
  const [first] = rows;
  const template = first && templateOf(first);
  if (!first || template == null) return made;
  const outcomes = await ctx.compute.render(
    { projectId: first.projectId, purpose: "deliveries" },
    { actionId: first.actionId, template, envelopes: rows.map(({ input }) => input) },
  );
  for (const [index, { id, input }] of rows.entries())
    made.set(id, { template, input, body: toBody(outcomes[index]!) });
  return made;
}

const toBody = (outcome: RenderOutcome): Body =>
  outcome === "later" || outcome.ok ? outcome : { ok: false, message: describeTemplateProblem(outcome) };
