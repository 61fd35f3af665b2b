import { NextRequest } from "next/server";
import { findRefusalOfUnsignedCall } from "@/server/inngest/refuse-unsigned-calls";
import { toErrorRefusal } from "@/server/errors";
import { withRequestBody } from "@/server/request-body";
import { getRuntime, type Runtime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** The most bytes of a request body. An Inngest server sends the state of a run with each call, at most 32 MB. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const BODY_WITHIN_MS = 10_000;
/** The format of a signature header: `t=<seconds>&s=<hex>`. See server/engine/protocol/sign-request-body.ts. */
const SIGNATURE = /^t=\d+&s=[0-9a-f]+$/i;

/**
 * Runs the background functions for an Inngest server, which calls this endpoint. With the embedded engine it answers
 * 404. The Inngest server signs each call with the signing key. With INNGEST_DEV the SDK checks no signature, so this
 * endpoint then answers only this machine. The signature covers the body, so this endpoint reads the body before it
 * checks the signature. Limits of bytes, time and rate per address bound unsigned calls.
 */
async function handle(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const runtime = await getRuntime();
  const { inngest } = runtime.env;
  if (inngest.engine === "embedded")
    return Response.json(
      { message: "The embedded engine runs the functions; nothing is served here." },
      { status: 404 },
    );
  const refusal = inngest.dev ? findRefusalOfUnsignedCall(request.headers) : null;
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
    const refused = toErrorRefusal(error);
    if (!refused) throw error;
    return Response.json({ message: refused.message }, { status: refused.status, headers: refused.headers });
  }
}

/**
 * Replaces the request's host by the host of this installation. Anybody may ask for a registration, and the SDK
 * registers the URL of that request. With a foreign host, the Inngest server would send its calls and their events to
 * that host.
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
