import { readOtlpPath } from "@/server/intake/ingestion-paths";
import { receiveOtherSignal } from "@/server/intake/receive-other-signal";
import { countRefusal } from "@/server/intake/count-refusal";
import { receiveTraces } from "@/server/intake/receive-traces";
import { unknownPath, methodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** OTLP over HTTP, for OpenTelemetry's exporters and Langfuse's SDKs. Paths below /v1 come here too. */
async function handle(request: Request): Promise<Response> {
  const path = readOtlpPath(new URL(request.url).pathname);
  if (!path) return unknownPath(request);
  if (request.method !== "POST") return methodNotAllowed(request, "POST");
  const runtime = await getRuntime();
  const { signal, key } = path;
  return signal === "traces"
    ? countRefusal(runtime, receiveTraces(runtime, request, key))
    : receiveOtherSignal(runtime, request, signal, key);
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
