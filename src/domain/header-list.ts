/**
 * Headers in the order in which they were sent. A repeated header has one entry for each value. A list can hold any
 * name, even `constructor` or `__proto__`.
 */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/**
 * Returns the value of a header; null without the header. Repeated values are joined by ", " (RFC 9110 section 5.3).
 * @param name in lower case
 */
export function headerValue(headers: HeaderList, name: string): string | null {
  const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}
