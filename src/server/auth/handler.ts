import { readBodyWithin, refusalOfPost } from "../request-checks";
import type { Auth } from "./auth";

const BODY_BYTES_MAX = 16 * 1024;

/** All that browsers need of the sign-in library; the rest of it is not reachable. */
const reachable = new Set(["POST /api/auth/sign-in/email", "POST /api/auth/sign-out", "GET /api/auth/get-session"]);

/** Answers a request to /api/auth/…. */
export async function handleAuth(
  { auth, appUrl }: { auth: Auth; appUrl: string },
  request: Request,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!reachable.has(`${request.method} ${pathname}`)) return refuse(404, "NOT_FOUND", "There is nothing here.");
  if (request.method === "GET") return auth.handler(request);
  const refusal = refusalOfPost(request, appUrl);
  if (refusal) return refuse(refusal.status, "REFUSED", refusal.message);
  const body = await readBodyWithin(request, BODY_BYTES_MAX);
  if (!body) return refuse(413, "PAYLOAD_TOO_LARGE", `The request is larger than ${BODY_BYTES_MAX / 1024} KiB.`);
  return auth.handler(
    new Request(request.url, { method: "POST", headers: request.headers, body: body.byteLength > 0 ? body : null }),
  );
}

const refuse = (status: number, code: string, message: string): Response =>
  Response.json({ code, message }, { status, headers: { "cache-control": "no-store" } });
