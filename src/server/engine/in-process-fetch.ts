import { parseEventRequest } from "./event-endpoint";
import type { IncomingEvent } from "./types";

type Ingest = (events: IncomingEvent[], options: { seed?: string }) => Promise<{ ids: string[] }>;

/**
 * Makes the `fetch` of an Inngest client whose server is this engine. `POST /e/<key>` stores events, and `/fn/register`
 * answers 200. Every other path answers 501, so that a missing feature is noticed. The key in the path is not checked,
 * because only this process can use this `fetch`.
 */
export function createEngineFetch(ingest: Ingest): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname.startsWith("/e/")) {
      const parsed = parseEventRequest(await request.text());
      if (!parsed.ok) return json(parsed.status, { ids: [], status: parsed.status, error: parsed.error });
      try {
        const seed = request.headers.get("x-inngest-event-id-seed") ?? undefined;
        return json(200, { ...(await ingest(parsed.events, { seed })), status: 200 });
      } catch (error) {
        return json(503, { ids: [], status: 503, error: error instanceof Error ? error.message : String(error) });
      }
    }
    if (pathname.startsWith("/fn/register")) return json(200, { ok: true, modified: false, status: 200 });
    return json(501, { status: 501, error: `The embedded engine has no ${request.method} ${pathname}` });
  };
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}
