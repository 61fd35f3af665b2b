/** As a template names a secret header of its action: `{{ secrets.routing_key }}` or `{{ secrets["routing-key"] }}`. */
const NAMED = /\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*["']([A-Za-z0-9_-]+)["']\s*\])/g;

/** The secrets that a template names, as it writes them, each once. */
export function secretsNamedIn(template: string): string[] {
  return [...new Set([...template.matchAll(NAMED)].map(([, dotted, bracketed]) => dotted ?? bracketed ?? ""))];
}

/**
 * What stands in a rendered body until it is sent, so that the secret itself is neither stored nor shown. Nobody who
 * writes an observation knows the id of the execution that it will have.
 */
const placeholderOf = (name: string, executionId: string): string => `[secret ${name} of ${executionId}]`;

/** The variable `secrets` of a template: for each that it names, what stands for it. */
export const secretVariables = (names: readonly string[], executionId: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, placeholderOf(name.toLowerCase(), executionId)]));

/**
 * Puts the secrets in their places, escaped for the JSON strings they stand in.
 * @param valueOf a secret by its name in lower case; undefined where there is none
 * @returns also the secrets that the body has now, by name in lower case
 * @throws Error naming the secret that is missing
 */
export function fillSecrets(
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
