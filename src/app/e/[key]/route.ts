import { getRuntime } from "@/server/runtime";
import { receiveEvents } from "@/server/event-intake";
import { countRefusedRequest } from "@/server/intake/count-refused-request";

export const dynamic = "force-dynamic";

/**
 * Receives events like an Inngest server: POST /e/<event key> with one event or a list of events. The answer is {ids,
 * status}.
 */
export async function POST(request: Request, { params }: { params: Promise<{ key: string }> }): Promise<Response> {
  const { key } = await params;
  const runtime = await getRuntime();
  return countRefusedRequest(runtime, receiveEvents(runtime, request, { key }));
}
