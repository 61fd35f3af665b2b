import { createServer } from "node:http";
import { NextRequest } from "next/server";
import * as functionsRoute from "@/app/api/inngest/route";
import * as ingestionRoute from "@/app/api/public/ingestion/route";
import * as otlpRoute from "@/app/api/public/otel/[[...path]]/route";
import { handleTrpcRequest } from "@/server/api/handle-trpc-request";
import { CLIENT_IP_HEADER } from "@/server/auth/auth";
import { serveWithWebHandler } from "@/server/engine/simulated-server";
import { receiveEvents } from "@/server/event-intake";
import { isOtlpOrLangfusePath } from "@/server/intake/ingestion-paths";
import { getRuntime } from "@/server/runtime";

/*
 * The program as it runs, without its pages, as a process of its own that a test can kill: the runtime with its engine,
 * the endpoints for events and for SDKs, the API and the route of the functions. It sends its port to its parent:
 * APP_PROCESS_PORT, or any free one.
 */

const runtime = await getRuntime();

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { context: base, auth, env, bodies } = runtime;
  if (pathname.startsWith("/api/trpc/")) return handleTrpcRequest({ base, auth, env, bodies }, request);
  if (pathname.startsWith("/api/auth/")) return auth.handler(request);
  if (pathname === "/api/public/ingestion") return ingestionRoute.POST(request);
  if (isOtlpOrLangfusePath(pathname)) return otlpRoute.POST(request);
  if (pathname !== "/api/inngest") return receiveEvents(runtime, request, { key: pathname.split("/").at(-1)! });
  return functionsRoute[request.method as "GET" | "POST" | "PUT"](new NextRequest(request, { duplex: "half" }), {});
}

const server = createServer((incoming, outgoing) => {
  incoming.headers[CLIENT_IP_HEADER] = incoming.socket.remoteAddress;
  void serveWithWebHandler(incoming, outgoing, answer);
});
server.listen(Number(process.env.APP_PROCESS_PORT ?? 0), "127.0.0.1", () =>
  process.send?.({ port: (server.address() as { port: number }).port }),
);
// Ends with its parent: nobody else would end it.
process.on("disconnect", () => process.exit(0));
