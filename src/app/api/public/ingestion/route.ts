import { countRefusal } from "@/server/intake/count-refusal";
import { receiveBatch } from "@/server/intake/receive-batch";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The batch endpoint of Langfuse, for its SDKs up to version 3. */
export async function POST(request: Request): Promise<Response> {
  const runtime = await getRuntime();
  return countRefusal(runtime, receiveBatch(runtime, request));
}
