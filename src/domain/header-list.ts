/** Headers as they were sent, repeated ones apart. A list, as any name may stand in it: `constructor` and `__proto__` too. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The value of a header by its lower-case name, repeated ones joined by ", " (RFC 9110 section 5.3); null without one. */
export function headerValue(headers: HeaderList, name: string): string | null {
  const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}
