/**
 * Writes JSON in the canonical form of RFC 8785 (JCS), as the Inngest SDK does. Keys are sorted by UTF-16 code units at
 * every level. Numbers and strings are written as by JSON.stringify. Lone surrogates become escapes. The RFC refuses
 * them, but the SDK signs them in this form, and an event with one must reach its function.
 * @param value as JSON.parse returns it; undefined members are left out
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${parts.join(",")}}`;
}
