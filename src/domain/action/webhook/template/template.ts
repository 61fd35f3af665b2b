import type { Liquid, Template } from "liquidjs";
import { parseJson } from "../../../json/read-json";
import { createRenderContext, runGeneratorWithinBudget } from "./counted-context";
import {
  createTemplateEngine,
  RENDERED_BYTES_MAX,
  describeTemplateError,
  TemplateError,
  TemplateOutput,
} from "./engine";
import { findBodyJsonProblem } from "./body-json-problem";
import { makeThreadRenderLimits, eventLoopRenderLimits, RENDER_STEPS_MAX, type RenderLimits } from "./limits";
import { listSecretNamesInTemplate, makeSecretPlaceholders } from "./secrets";

/** The most bytes of a template. */
export const TEMPLATE_BYTES_MAX = 64 * 1024;
/**
 * The limit of the template cache: the characters of all cached templates together. A compiled template takes many
 * times its length.
 */
const CACHE_MAX = 512 * 1024;

/** The most characters of a template in a quick rendering. Compiling so many takes about 1 ms. */
const SMALL_TEMPLATE_MAX = 8 * 1024;
/** The most characters of an envelope in a quick rendering. Parsing so many takes about 1 ms. */
const SMALL_ENVELOPE_MAX = 64 * 1024;

/** A problem of a template, with its line, counted from 1. The reason never quotes the event. */
export type TemplateProblem = { line: number; reason: string };
export type RenderResult = { ok: true; body: string } | ({ ok: false } & TemplateProblem);

/** Describes a template's problem in words for people. The text becomes the reason of an execution. */
export const describeTemplateProblem = ({ line, reason }: TemplateProblem): string =>
  `Line ${line} of the template: ${reason}.`;

type Compiled = { ok: true; templates: Template[]; secrets: readonly string[] } | ({ ok: false } & TemplateProblem);

let engine: Liquid | null = null;
const compiled = new Map<string, Compiled>();
let cachedLength = 0;
const encoder = new TextEncoder();

/** Compiles a template and returns its problem; null if it compiles. */
export function findTemplateProblem(text: string): TemplateProblem | null {
  const result = compile(text);
  return result.ok ? null : { line: result.line, reason: result.reason };
}

/**
 * Renders the body of a webhook from a Liquid template and an envelope: `{{ observation.name }}`, or
 * `data.observation.name` as in the envelope. Values are escaped as JSON (see `escapeOutput`). `{{ x | json }}` is a
 * whole JSON value. `{{ x | raw }}` is the text without escapes. The output must be JSON. `{{ secrets.name }}` renders
 * a placeholder (see `replaceSecretPlaceholders`). The same template and envelope always give the same body. Size,
 * steps and memory are limited: a rendering takes some tenths of a second at worst.
 * @param envelope as JSON text
 */
export function renderTemplate(text: string, envelope: string): RenderResult {
  return render(text, envelope, makeThreadRenderLimits(envelope.length)) as RenderResult;
}

/**
 * Renders a body as `renderTemplate` does, within a few milliseconds. Returns null if the rendering may take longer.
 */
export function renderTemplateIfQuick(text: string, envelope: string): RenderResult | null {
  if (text.length > SMALL_TEMPLATE_MAX || envelope.length > SMALL_ENVELOPE_MAX) return null;
  return render(text, envelope, eventLoopRenderLimits);
}

/** Renders within `limits`. @returns null if the rendering exceeds them and larger limits exist */
function render(text: string, json: string, limits: RenderLimits): RenderResult | null {
  const template = compile(text);
  if (!template.ok) return template;
  engine ??= createTemplateEngine();
  const envelope = parseJson(json) as Record<string, unknown>;
  const data = envelope.data as { execution?: { id?: string } } | undefined;
  const secrets = makeSecretPlaceholders(template.secrets, data?.execution?.id ?? "");
  const { context, budget } = createRenderContext(engine, { ...envelope, ...data, secrets }, limits);
  const writer = new TemplateOutput(context, RENDERED_BYTES_MAX);
  try {
    runGeneratorWithinBudget(engine.renderer.renderTemplates(template.templates, context, writer), budget);
  } catch (error) {
    if (budget.isExceeded && limits.steps < RENDER_STEPS_MAX) return null;
    return error instanceof TemplateError
      ? { ok: false, line: error.line, reason: error.reason }
      : { ok: false, line: 1, reason: describeTemplateError(error) };
  }
  return checked(writer);
}

/** Returns the rendered body, or a problem if the output is too large or not JSON. */
function checked(writer: TemplateOutput): RenderResult {
  // The filter `raw` may leave half a surrogate pair, which has no UTF-8 form and cannot be stored.
  const body = writer.buffer.replace(/\p{Surrogate}/gu, "\ufffd");
  if (encoder.encode(body).length > RENDERED_BYTES_MAX)
    return { ok: false, line: 1, reason: `the body is over ${RENDERED_BYTES_MAX / 1_024} KB` };
  try {
    JSON.parse(body);
    return { ok: true, body };
  } catch {
    const problem = findBodyJsonProblem(body);
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
  // The cache drops its first template, so the template that was used last moves to the end.
  compiled.delete(text);
  compiled.set(text, known);
  return known;
}

function keep(text: string, result: Compiled): Compiled {
  if (text.length > TEMPLATE_BYTES_MAX) return result;
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
  if (text.length > TEMPLATE_BYTES_MAX || encoder.encode(text).length > TEMPLATE_BYTES_MAX)
    return { ok: false, line: 1, reason: `a template has at most ${TEMPLATE_BYTES_MAX / 1_024} KB` };
  engine ??= createTemplateEngine();
  try {
    return { ok: true, templates: engine.parse(text), secrets: listSecretNamesInTemplate(text) };
  } catch (error) {
    return { ok: false, line: positionOf(error), reason: describeTemplateError(error) };
  }
}

function positionOf(error: unknown): number {
  const { token } = error as { token?: { getPosition?: () => number[] } };
  return token?.getPosition?.()[0] ?? 1;
}
