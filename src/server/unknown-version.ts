/**
 * Makes the error message for an event of an unknown version.
 * @param seen the value in the event's version field, of any type
 */
export const describeUnknownVersion = (seen: unknown, known: number): string =>
  `The event's data has version ${(JSON.stringify(seen) ?? "none").slice(0, 50)}, and this program reads version ` +
  `${known}. Update the program, then send the event again.`;
