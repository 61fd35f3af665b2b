import { countRefusedRequest } from "@/server/intake/count-refused-request";
import { receiveLangfuseBatch } from "@/server/intake/receive-langfuse-batch";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** Receives events in the format of Langfuse's batch endpoint. Langfuse's SDKs up to version 3 send this format. */
export async function POST(request: Request): Promise<Response> {
  const runtime = await getRuntime();
  return countRefusedRequest(runtime, receiveLangfuseBatch(runtime, request));
}

/** Answers other HTTP methods with a JSON error, because clients parse JSON. The default answer of Next.js is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
