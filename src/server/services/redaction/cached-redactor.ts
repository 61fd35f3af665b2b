import { createHmac } from "node:crypto";
import { createRedactor, type Redactor } from "@/domain/redaction/redactor";
import type { RedactionRule } from "@/domain/redaction/rules";
import { makeExpressionSearch } from "./expression-search";

/** The redaction rules of a project with its salt, in a form that a thread can receive. */
export type RedactionSetup = { projectId: string; version: number; rules: readonly RedactionRule[]; salt: string };

/** The characters of a hash: 96 bits, so that two values of a project never have the same hash by chance. */
const HASH_CHARS = 16;
const KEPT_MAX = 200;

const kept = new Map<string, Redactor>();

/** Returns the redactor of a project in this thread. The first call makes it. */
export function cachedRedactorOf(setup: RedactionSetup): Redactor {
  const key = `${setup.projectId}\n${setup.version}`;
  const known = kept.get(key);
  if (known) return known;
  const made = makeRedactor(setup);
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!);
  kept.set(key, made);
  return made;
}

/** Makes a redactor for rules that are not saved. */
export const makeRedactor = ({ projectId, rules, salt }: Omit<RedactionSetup, "version">): Redactor =>
  createRedactor({
    rules,
    hash: (text) => `hash_${createHmac("sha256", salt).update(text, "utf8").digest("base64url").slice(0, HASH_CHARS)}`,
    search: makeExpressionSearch(projectId),
  });
