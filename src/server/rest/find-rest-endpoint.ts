import type { RestEndpoint } from "./endpoint";

export type FoundRestEndpoint = { endpoint: RestEndpoint; params: Record<string, string> };

/**
 * Finds the endpoint for a method and a path below /api/v1. HEAD counts as GET.
 * @returns the endpoint, or the methods that the path allows; none for an unknown path
 */
export function findRestEndpoint(
  endpoints: readonly RestEndpoint[],
  method: string,
  path: string,
): FoundRestEndpoint | { methods: string[] } {
  const wanted = method === "HEAD" ? "GET" : method;
  const methods: string[] = [];
  for (const endpoint of endpoints) {
    const params = matchPath(endpoint.path, path);
    if (params === null) continue;
    if (endpoint.method === wanted) return { endpoint, params };
    methods.push(endpoint.method);
  }
  return { methods: [...new Set(methods)].sort() };
}

/** Returns the decoded parameters of a path that fits a template such as `/triggers/{id}`; null if it does not fit. */
function matchPath(template: string, path: string): Record<string, string> | null {
  const [parts, given] = [template.split("/"), path.split("/")];
  if (parts.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index]!;
    if (!part.startsWith("{")) {
      if (part !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (decoded === null || decoded === "") return null;
    params[part.slice(1, -1)] = decoded;
  }
  return params;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
