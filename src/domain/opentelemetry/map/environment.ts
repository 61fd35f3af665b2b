const PREFIX = /^(?:langfuse[-_]?)+/;
const NAME = /^[a-z0-9_-]+$/;
const LENGTH_MAX = 40;

/**
 * Returns the name of an environment as Langfuse stores it: in lower case, without the prefix `langfuse`, and at most
 * 40 characters. A name with other characters than letters, digits, `_` and `-` becomes `default`.
 */
export function normalizeEnvironmentName(given: string): string {
  const name = given.toLowerCase().replace(PREFIX, "").slice(0, LENGTH_MAX);
  return NAME.test(name) ? name : "default";
}
