export type ContentEncoding = "identity" | "gzip" | "deflate";

const encodings: ReadonlyMap<string, ContentEncoding> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/**
 * Returns the compression that the header Content-Encoding names: `identity` without one, null for an unsupported one
 * or for several. A proxy may add `identity` to the list.
 */
export function readContentEncoding(request: Request): ContentEncoding | null {
  const listed = (request.headers.get("content-encoding") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const [first, ...others] = listed.filter((name) => name !== "" && name !== "identity");
  if (first === undefined) return "identity";
  return others.length > 0 ? null : (encodings.get(first) ?? null);
}
