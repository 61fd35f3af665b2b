/** A refusal of a request before any work: its HTTP status, and its reason in words. */
export type RequestRefusal = { status: number; message: string };

/**
 * Refuses requests that a form, or a page of another origin, could send although the session cookie is same-site.
 * @returns null for requests of the app's own pages, and of programs without an Origin
 */
export function refusalOfForeignPost(request: Request, appUrl: string): RequestRefusal | null {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return { status: 415, message: "Send application/json." };
  const origin = request.headers.get("origin");
  const isForeign =
    request.headers.get("sec-fetch-site") === "cross-site" ||
    (origin !== null && !ownOrigins(request, appUrl).includes(origin));
  return isForeign ? { status: 403, message: "This request came from another site." } : null;
}

/** Lists the origins of the app's own pages: the origin of APP_URL, and of the URL that the browser used. */
export function ownOrigins(request: Request | undefined, appUrl: string): string[] {
  const host = request?.headers.get("host");
  return [new URL(appUrl).origin, ...(host ? [`http://${host}`, `https://${host}`] : [])];
}
