import { countRefusedRequest } from "@/server/intake/count-refused-request";
import { receiveLangfuseBatch } from "@/server/intake/receive-langfuse-batch";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The batch endpoint of Langfuse, for its SDKs up to version 3. */
export async function POST(request: Request): Promise<Response> {
  const runtime = await getRuntime();
  return countRefusedRequest(runtime, receiveLangfuseBatch(runtime, request));
}

/** Clients read JSON; Next's own answer to another method is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
