import { getRuntime } from "@/server/runtime";
import { engineReport } from "@/server/services/engine/report";

export const dynamic = "force-dynamic";

/** What the engine does, as JSON for a monitoring system: with `Authorization: Bearer <METRICS_TOKEN>`, and only where that is set. */
export async function GET(request: Request): Promise<Response> {
  const { context } = await getRuntime();
  const report = await engineReport(context, request.headers.get("authorization"));
  if (!report)
    return Response.json(
      { error: "Set METRICS_TOKEN, and send it as a bearer token." },
      { status: 401, headers: { "www-authenticate": "Bearer" } },
    );
  return Response.json(report, { headers: { "cache-control": "no-store" } });
}
