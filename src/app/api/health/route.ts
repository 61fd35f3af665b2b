import { log } from "@/server/log";
import { getRuntime } from "@/server/runtime";
import { readHealthReport } from "@/server/services/read-health-report";

export const dynamic = "force-dynamic";

/**
 * Answers 503 with the reason if the database or the engine does not work, else 200. An engine that is overloaded or
 * behind answers 200 with the status `degraded`. People, load balancers and the start command call this endpoint.
 */
export async function GET(): Promise<Response> {
  try {
    const runtime = await getRuntime();
    const report = await readHealthReport(runtime.context, await runtime.engineHealth());
    return Response.json(report, { status: report.status === "error" ? 503 : 200 });
  } catch (error) {
    log.error({ err: error }, "health: the program has not started");
    const message = "The program has not started. Its log says why.";
    return Response.json({ status: "error", database: "unknown", engine: "unknown", message }, { status: 503 });
  }
}
