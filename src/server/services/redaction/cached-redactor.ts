import { createHmac } from "node:crypto";
import { createRedactor, type Redactor } from "@/domain/redaction/redactor";
import type { RedactionRule } from "@/domain/redaction/rules";
import { makeRedactionExpressionSearch } from "./expression-search";

/** A project's redaction rules and the secret salt of its hashes, as plain data that a worker thread can receive. */
export type RedactionRulesWithSalt = {
  projectId: string;
  version: number;
  rules: readonly RedactionRule[];
  salt: string;
};

/**
 * A hash that replaces a value has this many characters (96 bits), so that two values practically never get the same
 * hash.
 */
const HASH_CHARS = 16;
const KEPT_MAX = 200;

const kept = new Map<string, Redactor>();

/** Returns the redactor, which applies a project's redaction rules. Each thread makes and keeps its own. */
export function getCachedRedactor(setup: RedactionRulesWithSalt): Redactor {
  const key = `${setup.projectId}\n${setup.version}`;
  const known = kept.get(key);
  if (known) return known;
  const made = makeRedactor(setup);
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!);
  kept.set(key, made);
  return made;
}

/** Makes a redactor that is not cached, for instance for rules that a person tries before they save them. */
export const makeRedactor = ({ projectId, rules, salt }: Omit<RedactionRulesWithSalt, "version">): Redactor =>
  createRedactor({
    rules,
    hash: (text) => `hash_${createHmac("sha256", salt).update(text, "utf8").digest("base64url").slice(0, HASH_CHARS)}`,
    search: makeRedactionExpressionSearch(projectId),
  });
