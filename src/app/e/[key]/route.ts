import { getRuntime } from "@/server/runtime";
import { receiveEvents } from "@/server/event-intake";

export const dynamic = "force-dynamic";

/** The event endpoint, as an Inngest server's: POST /e/<event key> with one event or a list, answered with {ids, status}. */
export async function POST(request: Request, { params }: { params: Promise<{ key: string }> }): Promise<Response> {
  const { key } = await params;
  return receiveEvents(await getRuntime(), request, key);
}
