import type { Liquid, Template } from "liquidjs";
import { parseJson } from "../../../json/read-json";
import { createContext, run } from "./counted-context";
import { createEngine, OUTPUT_MAX, reasonOf, TemplateError, Writer } from "./engine";
import { findJsonProblem } from "./json-problem";
import { fullLimits, littleLimits, STEPS_MAX, type RenderLimits } from "./limits";
import { secretsNamedIn, secretVariables } from "./secrets";

/** Bytes of a template at the most. */
export const TEMPLATE_MAX = 64 * 1024;
/** Characters of all templates that are kept compiled: compiled they take many times that. */
const CACHE_MAX = 512 * 1024;

/** Characters of a template and of an envelope that are compiled, or read, in about a millisecond. */
const SMALL_TEMPLATE_MAX = 8 * 1024;
const SMALL_ENVELOPE_MAX = 64 * 1024;

/** What is wrong with a template, and at which of its lines, from 1. It never quotes the event. */
export type TemplateProblem = { line: number; reason: string };
export type Rendered = { ok: true; body: string } | ({ ok: false } & TemplateProblem);

/** For people, as the reason of an execution. */
export const describeTemplateProblem = ({ line, reason }: TemplateProblem): string =>
  `Line ${line} of the template: ${reason}.`;

type Compiled = { ok: true; templates: Template[]; secrets: readonly string[] } | ({ ok: false } & TemplateProblem);

let engine: Liquid | null = null;
const compiled = new Map<string, Compiled>();
let cachedLength = 0;
const encoder = new TextEncoder();

/** What keeps a template from being used at all; null where it compiles. */
export function templateProblem(text: string): TemplateProblem | null {
  const result = compile(text);
  return result.ok ? null : { line: result.line, reason: result.reason };
}

/**
 * Makes the body of a webhook from a Liquid template and an envelope: `{{ observation.name }}`, or `data.observation.name`
 * as in the envelope. Values are escaped as JSON (see `escapeOutput`); `{{ x | json }}` is a whole JSON value, and
 * `| raw` is the text as it is. What comes out has to be JSON. For `{{ secrets.name }}` a placeholder comes out (see `fillSecrets`).
 *
 * The same template and envelope always give the same body. What a template may do is limited in size, steps and memory:
 * at worst it takes some tenths of a second.
 * @param envelope as JSON text
 */
export function renderTemplate(text: string, envelope: string): Rendered {
  return render(text, envelope, fullLimits(envelope.length)) as Rendered;
}

/** The same, where it takes a few milliseconds at the worst; null where it may take longer. */
export function renderSmall(text: string, envelope: string): Rendered | null {
  if (text.length > SMALL_TEMPLATE_MAX || envelope.length > SMALL_ENVELOPE_MAX) return null;
  return render(text, envelope, littleLimits(envelope.length));
}

/** @returns null where the limits do not suffice, and are not the full ones */
function render(text: string, json: string, limits: RenderLimits): Rendered | null {
  const template = compile(text);
  if (!template.ok) return template;
  engine ??= createEngine();
  const envelope = parseJson(json) as Record<string, unknown>;
  const data = envelope.data as { execution?: { id?: string } } | undefined;
  const secrets = secretVariables(template.secrets, data?.execution?.id ?? "");
  const { context, budget } = createContext(engine, { ...envelope, ...data, secrets }, limits);
  const writer = new Writer(context, OUTPUT_MAX);
  try {
    run(engine.renderer.renderTemplates(template.templates, context, writer), budget);
  } catch (error) {
    if (budget.isExceeded && limits.steps < STEPS_MAX) return null;
    return error instanceof TemplateError
      ? { ok: false, line: error.line, reason: error.reason }
      : { ok: false, line: 1, reason: reasonOf(error) };
  }
  return checked(writer);
}

/** The output, where it is JSON of a size that may be sent. */
function checked(writer: Writer): Rendered {
  // Half a surrogate pair, which `raw` may leave, has no bytes of its own and could not be stored.
  const body = writer.buffer.replace(/\p{Surrogate}/gu, "\ufffd");
  if (encoder.encode(body).length > OUTPUT_MAX)
    return { ok: false, line: 1, reason: `the body is over ${OUTPUT_MAX / 1_024} KB` };
  try {
    JSON.parse(body);
    return { ok: true, body };
  } catch {
    const problem = findJsonProblem(body);
    if (body.trim() === "") return { ok: false, line: 1, reason: "what comes out is empty" };
    return {
      ok: false,
      line: writer.lineAt(problem?.at ?? 0),
      reason: `what comes out is not JSON: ${problem?.reason ?? "it cannot be read"}`,
    };
  }
}

function compile(text: string): Compiled {
  const known = compiled.get(text);
  if (!known) return keep(text, parse(text));
  // The most recently used one moves to the end.
  compiled.delete(text);
  compiled.set(text, known);
  return known;
}

function keep(text: string, result: Compiled): Compiled {
  if (text.length > TEMPLATE_MAX) return result;
  compiled.set(text, result);
  cachedLength += text.length;
  for (const oldest of compiled.keys()) {
    if (cachedLength <= CACHE_MAX) break;
    compiled.delete(oldest);
    cachedLength -= oldest.length;
  }
  return result;
}

function parse(text: string): Compiled {
  if (text.trim() === "") return { ok: false, line: 1, reason: "write a template" };
  if (text.length > TEMPLATE_MAX || encoder.encode(text).length > TEMPLATE_MAX)
    return { ok: false, line: 1, reason: `a template has at most ${TEMPLATE_MAX / 1_024} KB` };
  engine ??= createEngine();
  try {
    return { ok: true, templates: engine.parse(text), secrets: secretsNamedIn(text) };
  } catch (error) {
    return { ok: false, line: positionOf(error), reason: reasonOf(error) };
  }
}

function positionOf(error: unknown): number {
  const { token } = error as { token?: { getPosition?: () => number[] } };
  return token?.getPosition?.()[0] ?? 1;
}
