import { getRuntime } from "@/server/runtime";
import { getEngineReport } from "@/server/services/engine/get-engine-report";

export const dynamic = "force-dynamic";

/**
 * Returns the state of the job engine as JSON for a monitoring system. The caller sends `Authorization: Bearer
 * <METRICS_TOKEN>`. The endpoint is off if the environment has no METRICS_TOKEN.
 */
export async function GET(request: Request): Promise<Response> {
  const { context } = await getRuntime();
  const report = await getEngineReport(context, request.headers.get("authorization"));
  if (!report)
    return Response.json(
      { error: "This page needs METRICS_TOKEN. Set the variable, and send it as a bearer token." },
      { status: 401, headers: { "www-authenticate": "Bearer" } },
    );
  return Response.json(report, { headers: { "cache-control": "no-store" } });
}
