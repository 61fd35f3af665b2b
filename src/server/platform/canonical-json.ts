/**
 * Writes JSON in the canonical form of RFC 8785 (JCS), as the Inngest SDK does for signatures. Keys are sorted by
 * UTF-16 code units. Numbers and strings are written as by JSON.stringify. The RFC refuses lone surrogates. The SDK
 * signs them as escapes, and so does this function.
 * @param value a value in the form of JSON.parse; undefined members are left out
 */
export function writeCanonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(writeCanonicalJson).join(",")}]`;
  const members = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${writeCanonicalJson(member)}`);
  }
  return `{${parts.join(",")}}`;
}
