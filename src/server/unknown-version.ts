/** Makes the message for an unknown version. @param seen the version that the event has, of any type */
export const unknownVersionMessage = (seen: unknown, known: number): string =>
  `The event's data has version ${(JSON.stringify(seen) ?? "none").slice(0, 50)}, and this program reads version ` +
  `${known}. Update the program, then send the event again.`;
