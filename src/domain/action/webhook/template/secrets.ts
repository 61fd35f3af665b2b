/** Matches the secrets that a template names: `{{ secrets.routing_key }}` or `{{ secrets["routing-key"] }}`. */
const NAMED = /\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*["']([A-Za-z0-9_-]+)["']\s*\])/g;

/** Lists the names of the secrets in a template, each once, as the template writes them. */
export function listSecretNamesInTemplate(template: string): string[] {
  return [...new Set([...template.matchAll(NAMED)].map(([, dotted, bracketed]) => dotted ?? bracketed ?? ""))];
}

/**
 * Makes the placeholder of a secret in a rendered body. The secret itself is inserted when the body is sent, so that it
 * is neither stored nor shown. An event cannot hold a placeholder, because its author does not know the
 * execution's id.
 */
const placeholderOf = (name: string, executionId: string): string => `[secret ${name} of ${executionId}]`;

/** Makes the variable `secrets` of a template: a placeholder for each secret that the template names. */
export const makeSecretPlaceholders = (names: readonly string[], executionId: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, placeholderOf(name.toLowerCase(), executionId)]));

/**
 * Replaces each placeholder by its secret, escaped for the JSON string around it.
 * @param valueOf returns a secret by its name in lower case, or undefined
 * @returns the body, and its secrets by name in lower case
 * @throws Error that names a missing secret
 */
export function replaceSecretPlaceholders(
  body: string,
  executionId: string,
  valueOf: (name: string) => string | undefined,
): { body: string; secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  if (!body.includes(`of ${executionId}]`)) return { body, secrets };
  const places = new RegExp(`\\[secret ([a-z0-9_-]+) of ${executionId}\\]`, "g");
  const filled = body.replace(places, (_, name: string) => {
    const value = valueOf(name);
    if (value === undefined)
      throw new Error(`the body names secrets.${name}, and there is no secret header of that name`);
    secrets.set(name, value);
    return JSON.stringify(value).slice(1, -1);
  });
  return { body: filled, secrets };
}
