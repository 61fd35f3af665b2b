import { NextRequest } from "next/server";
import { refusalOfUnsignedCall } from "@/server/inngest/refuse-unsigned-calls";
import { answerForError } from "@/server/errors";
import { withRequestBody } from "@/server/request-body";
import { getRuntime, type Runtime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** The most bytes of a call. An Inngest server keeps at most 32 MB of state for a run, and sends it with each call. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const BODY_WITHIN_MS = 10_000;
/** The form of the signature, `t=<seconds>&s=<hex>`; see server/engine/protocol/sign-request-body.ts. */
const SIGNATURE = /^t=\d+&s=[0-9a-f]+$/i;

/**
 * Serves the functions if an Inngest server runs them. The signing key must have signed each call. With INNGEST_DEV the
 * SDK checks no signature, so only this machine gets an answer. The signature covers the body, so the body is read
 * before it is checked. Limits of bytes, time and rate per address bound the calls of strangers.
 */
async function handle(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const runtime = await getRuntime();
  const { inngest } = runtime.env;
  if (inngest.engine === "embedded")
    return Response.json(
      { message: "The embedded engine runs the functions; nothing is served here." },
      { status: 404 },
    );
  const refusal = inngest.dev ? refusalOfUnsignedCall(request.headers) : null;
  if (refusal) return Response.json({ message: refusal }, { status: 403 });
  const address = request.headers.get("x-client-ip") ?? "";
  const taken = runtime.functionCalls(address);
  if (!taken.ok)
    return Response.json(
      { message: "This address makes too many calls. Make them more slowly." },
      { status: 429, headers: { "retry-after": String(taken.retryAfterSeconds) } },
    );
  if (method === "GET") return runtime.functions.GET(request, context);
  if (method === "POST" && !inngest.dev && !SIGNATURE.test(request.headers.get("x-inngest-signature") ?? ""))
    return Response.json({ message: "The call is not signed." }, { status: 401 });
  const { url, headers } = method === "PUT" && !inngest.dev ? underOwnName(runtime, request) : request;
  const options = {
    budget: runtime.bodies.functions,
    owners: [],
    bytesMax: BODY_BYTES_MAX,
    withinMs: BODY_WITHIN_MS,
  };
  try {
    return await withRequestBody(request, options, (body) =>
      runtime.functions[method](new NextRequest(url, { method, headers, body }), context),
    );
  } catch (error) {
    const refused = answerForError(error);
    if (!refused) throw error;
    return Response.json({ message: refused.message }, { status: refused.status, headers: refused.headers });
  }
}

/**
 * Gives the request our own URL. Anybody may ask for a registration, and the SDK registers the URL of that request. A
 * foreign URL would get the server's calls, with the events in them.
 */
function underOwnName({ env }: Runtime, request: NextRequest): { url: string; headers: Headers } {
  const { pathname, search } = new URL(request.url);
  const url = new URL(pathname + search, env.appUrl);
  const headers = new Headers(request.headers);
  headers.set("host", url.host);
  return { url: url.href, headers };
}

export const GET = (request: NextRequest, context: unknown) => handle("GET", request, context);
export const POST = (request: NextRequest, context: unknown) => handle("POST", request, context);
export const PUT = (request: NextRequest, context: unknown) => handle("PUT", request, context);
