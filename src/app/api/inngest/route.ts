import { NextRequest } from "next/server";
import { readBodyWithin } from "@/server/request-checks";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** What a run's state can be on an Inngest server; read before the signature is checked, so it has to end somewhere. */
const BODY_MAX = 32 * 1024 * 1024;
const LOOPBACK = /^(::1|127\.\d+\.\d+\.\d+|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * Where the functions are served. Calls have to be signed with the signing key; with INNGEST_DEV the SDK checks no
 * signatures, so then only this machine is answered.
 */
async function handle(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const runtime = await getRuntime();
  const unsigned = runtime.env.inngest.engine === "inngest" && runtime.env.inngest.dev;
  if (unsigned && !LOOPBACK.test(request.headers.get("x-client-ip") ?? "")) {
    return Response.json({ message: "With INNGEST_DEV, /api/inngest answers calls from this machine only." }, { status: 403 });
  }
  if (method === "GET") return runtime.functions.GET(request, context);
  const body = await readBodyWithin(request, BODY_MAX);
  if (body === null) return Response.json({ message: "The body is larger than 32 MiB." }, { status: 413 });
  return runtime.functions[method](new NextRequest(request.url, { method, headers: request.headers, body }), context);
}

export const GET = (request: NextRequest, context: unknown) => handle("GET", request, context);
export const POST = (request: NextRequest, context: unknown) => handle("POST", request, context);
export const PUT = (request: NextRequest, context: unknown) => handle("PUT", request, context);
