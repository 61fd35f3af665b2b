import { getRuntime } from "@/server/runtime";
import { health } from "@/server/services/health";

export const dynamic = "force-dynamic";

/** 200 while events are worked on, 503 with what is wrong otherwise; for people, load balancers and the start itself. */
export async function GET(): Promise<Response> {
  try {
    const runtime = await getRuntime();
    const report = await health(runtime.context, await runtime.engineHealth());
    return Response.json(report, { status: report.status === "error" ? 503 : 200 });
  } catch (error) {
    return Response.json(
      { status: "error", database: "unknown", engine: "unknown", message: (error as Error).message },
      { status: 503 },
    );
  }
}
