/** Why a request is refused before any work: its HTTP status, and the reason in words. */
export type RequestRefusal = { status: number; message: string };

/**
 * Refuses a request that a page of another origin could have sent with the user's session cookie, and every request
 * that is not JSON.
 * @returns null for JSON from the app's own pages, and from programs, which send no Origin
 */
export function findRefusalOfForeignPost(request: Request, appUrl: string): RequestRefusal | null {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return { status: 415, message: "Send application/json." };
  const origin = request.headers.get("origin");
  const isForeign =
    request.headers.get("sec-fetch-site") === "cross-site" ||
    (origin !== null && !listOwnOrigins(request, appUrl).includes(origin));
  return isForeign ? { status: 403, message: "This request came from another site." } : null;
}

/** Lists the origins of the app's own pages: that of APP_URL, and the request's Host with http and with https. */
export function listOwnOrigins(request: Request | undefined, appUrl: string): string[] {
  const host = request?.headers.get("host");
  return [new URL(appUrl).origin, ...(host ? [`http://${host}`, `https://${host}`] : [])];
}
