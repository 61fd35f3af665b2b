import { readOtlpPath } from "@/server/intake/ingestion-paths";
import { receiveUnreadSignal } from "@/server/intake/receive-unread-signal";
import { countRefusedRequest } from "@/server/intake/count-refused-request";
import { receiveTraces } from "@/server/intake/receive-traces";
import { answerUnknownPath, answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/**
 * Receives traces as OTLP over HTTP from OpenTelemetry's exporters and Langfuse's SDKs. Metrics and logs are accepted
 * too, and not stored.
 * server/intake/ingestion-paths.ts maps OTLP paths below /v1 to this route.
 */
async function handle(request: Request): Promise<Response> {
  const path = readOtlpPath(new URL(request.url).pathname);
  if (!path) return answerUnknownPath(request);
  if (request.method !== "POST") return answerMethodNotAllowed(request, "POST");
  const runtime = await getRuntime();
  const { signal, key } = path;
  return signal === "traces"
    ? countRefusedRequest(runtime, receiveTraces(runtime, request, { keyInPath: key }))
    : receiveUnreadSignal(runtime, request, { signal, keyInPath: key });
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
