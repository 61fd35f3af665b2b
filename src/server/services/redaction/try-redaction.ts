import { z } from "zod";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import { getRedactionLayout } from "@/domain/redaction/redaction-layout";
import { RedactionRules } from "@/domain/redaction/rules";
import type { ProjectContext } from "@/server/context";
import { makeRandomToken } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { makeRedactor } from "./cached-redactor";

const SAMPLE_MAX = 100_000;

export const TryRedactionInput = z.object({
  rules: RedactionRules,
  eventSource: z.string().max(200).default(DEFAULT_EVENT_SOURCE_NAME),
  /** the data of an event, or its payload object alone, as JSON text */
  sample: z.string().max(SAMPLE_MAX, `The sample may have ${SAMPLE_MAX.toLocaleString("en")} characters.`),
});
export type TryRedactionInput = z.infer<typeof TryRedactionInput>;

/**
 * Applies redaction rules to a sample and returns the result, so that a person sees what would be stored. It stores
 * nothing. If the project has saved rules before, the hashes are those that it would store.
 */
export async function tryRedaction(
  ctx: ProjectContext,
  input: TryRedactionInput,
): Promise<{ result: string; changed: boolean }> {
  requirePermission(ctx, "redaction:manage");
  const sample = readSample(input.sample);
  const layout = getRedactionLayout(getEventSource(input.eventSource));
  const isBare = layout.within !== null && !Object.hasOwn(sample, layout.within);
  const data = isBare ? { [layout.within!]: sample } : sample;
  const row = await ctx.db.redaction.findUnique({
    where: { projectId: ctx.projectId },
    select: { saltCiphertext: true },
  });
  // Before the first save the project has no salt, so the hashes of the sample use a random one.
  const salt = row ? ctx.cipher.decrypt(row.saltCiphertext) : makeRandomToken();
  // Trials have their own time budget, so that they do not use up the budget for events.
  const redactor = makeRedactor({ projectId: `try ${ctx.projectId}`, rules: input.rules, salt });
  const redacted = redactor.redactData(data, layout);
  return {
    result: stringifyJson(isBare ? redacted[layout.within!] : redacted, 2),
    changed: redacted !== data,
  };
}

function readSample(text: string): Record<string, unknown> {
  const bad = (message: string): AppError => new AppError("BAD_REQUEST", message, { fields: { sample: message } });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw bad("The sample is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw bad(`The sample must be an object: ${getEventNounForms().some}, or the data of an event.`);
  return value as Record<string, unknown>;
}
