import { receiveBatch } from "@/server/intake/receive-batch";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** Langfuse's batch endpoint, for its SDKs up to 3. */
export async function POST(request: Request): Promise<Response> {
  return receiveBatch(await getRuntime(), request);
}
