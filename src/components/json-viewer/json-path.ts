/** One step of a path into JSON: the key of an object, or the index of an array. */
export type JsonPathStep = string | number;

/** Formats the path to a value as JSONPath: `$.usage["input tokens"][0]`. */
export function formatJsonPath(steps: readonly JsonPathStep[]): string {
  const written = steps.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${written.join("")}`;
}
