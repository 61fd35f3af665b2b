import { countRefusal } from "@/server/intake/count-refusal";
import { receiveBatch } from "@/server/intake/receive-batch";
import { methodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The batch endpoint of Langfuse, for its SDKs up to version 3. */
export async function POST(request: Request): Promise<Response> {
  const runtime = await getRuntime();
  return countRefusal(runtime, receiveBatch(runtime, request));
}

/** Clients read JSON; Next's own answer to another method is empty. */
const refuse = (request: Request): Response => methodNotAllowed(request, "POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
