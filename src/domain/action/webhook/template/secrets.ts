/** As a template names a secret header of its action: `{{ secrets.routing_key }}` or `{{ secrets["routing-key"] }}`. */
const NAMED = /\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*["']([A-Za-z0-9_-]+)["']\s*\])/g;

/** The secrets that a template names, each once, in lower case. */
export function secretsNamedIn(template: string): string[] {
  return [...new Set([...template.matchAll(NAMED)].map(([, dotted, bracketed]) => (dotted ?? bracketed ?? "").toLowerCase()))];
}

/**
 * What stands in a rendered body until it is sent, so that the secret itself is neither stored nor shown. Nobody who
 * writes an observation knows the id of the execution that it will have.
 */
const placeholderOf = (name: string, executionId: string): string => `[secret ${name} of ${executionId}]`;

/** The variable `secrets` of a template: for each that it names, what stands for it. */
export function secretVariables(template: string, executionId: string): Record<string, string> {
  const written = [...template.matchAll(NAMED)].map(([, dotted, bracketed]) => dotted ?? bracketed ?? "");
  return Object.fromEntries(written.map((name) => [name, placeholderOf(name.toLowerCase(), executionId)]));
}

/**
 * Puts the secrets in their places, escaped for the JSON strings they stand in.
 * @param valueOf a secret by its name in lower case; undefined where there is none
 * @throws Error naming the secret that is missing
 */
export function fillSecrets(body: string, executionId: string, valueOf: (name: string) => string | undefined): { body: string; names: string[] } {
  const names = new Set<string>();
  if (!body.includes(`of ${executionId}]`)) return { body, names: [] };
  const places = new RegExp(`\\[secret ([a-z0-9_-]+) of ${executionId}\\]`, "g");
  const filled = body.replace(places, (_, name: string) => {
    const value = valueOf(name);
    if (value === undefined) throw new Error(`the body names secrets.${name}, and there is no secret header of that name`);
    names.add(name);
    return JSON.stringify(value).slice(1, -1);
  });
  return { body: filled, names: [...names] };
}
