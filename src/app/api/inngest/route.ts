import { NextRequest } from "next/server";
import { refusalOfUnsigned } from "@/server/inngest/callers";
import { readBodyWithin } from "@/server/request-checks";
import { getRuntime, type Runtime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** What a run's state can be on an Inngest server; read before the signature is checked, so it has to end somewhere. */
const BODY_MAX = 32 * 1024 * 1024;

/**
 * Where the functions are served. Calls have to be signed with the signing key; with INNGEST_DEV the SDK checks no
 * signatures, so then only this machine is answered.
 */
async function handle(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const runtime = await getRuntime();
  const { inngest } = runtime.env;
  const isUnsigned = inngest.engine === "inngest" && inngest.dev;
  const refusal = isUnsigned ? refusalOfUnsigned(request.headers) : null;
  if (refusal) return Response.json({ message: refusal }, { status: 403 });
  if (method === "GET") return runtime.functions.GET(request, context);
  const body = await readBodyWithin(request, BODY_MAX);
  if (body === null) return Response.json({ message: "The body is larger than 32 MiB." }, { status: 413 });
  const { url, headers } = method === "PUT" && !isUnsigned ? underOwnName(runtime, request) : request;
  return runtime.functions[method](new NextRequest(url, { method, headers, body }), context);
}

/**
 * Anybody may ask for a registration, and the SDK tells the Inngest server the address that was asked: it has to be
 * ours, or the server would send its calls, with the events in them, to whatever host the caller named.
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
