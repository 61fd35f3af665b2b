/**
 * JSON in the canonical form of RFC 8785 (JCS), the way the SDK makes it: keys sorted by UTF-16 code units at
 * every level, numbers and strings as JSON.stringify writes them. Lone surrogates are kept as escapes, where the
 * RFC refuses them: the SDK signs them so, and an event that holds one must still reach its function.
 * Takes what JSON.parse returns; members that are undefined are left out.
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
