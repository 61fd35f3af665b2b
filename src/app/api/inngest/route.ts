import type { NextRequest } from "next/server";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

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
  return runtime.functions[method](request, context);
}

export const GET = (request: NextRequest, context: unknown) => handle("GET", request, context);
export const POST = (request: NextRequest, context: unknown) => handle("POST", request, context);
export const PUT = (request: NextRequest, context: unknown) => handle("PUT", request, context);
