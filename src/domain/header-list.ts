/**
 * Headers in the order in which they were sent. A repeated header has one entry for each value. A list can hold any
 * name, even `constructor` or `__proto__`.
 */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/**
 * Returns the values of a header, one for each time that it was sent.
 * @param name in lower case
 */
export const listHeaderValues = (headers: HeaderList, name: string): string[] =>
  headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
