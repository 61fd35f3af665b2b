import { METRICS_CONTENT_TYPE } from "@/server/metrics/exposition";
import { mayReadMetrics } from "@/server/metrics/may-read-metrics";
import { getRuntime } from "@/server/runtime";
import { writeMetricsText } from "@/server/services/write-metrics-text";

export const dynamic = "force-dynamic";

/**
 * Returns metrics in Prometheus' text format to callers with METRICS_TOKEN. If the environment has no METRICS_TOKEN,
 * only this machine gets the metrics. Values are sums over the worker processes. `?by=worker` gives one value per
 * worker process.
 */
export async function GET(request: Request): Promise<Response> {
  const { context } = await getRuntime();
  if (mayReadMetrics(context.env, request.headers)) {
    const snapshots = (await globalThis.__triggerSystemCollect?.()) ?? null;
    const byWorker = new URL(request.url).searchParams.get("by") === "worker";
    const text = await writeMetricsText(context, { snapshots, byWorker });
    return new Response(text, { headers: { "content-type": METRICS_CONTENT_TYPE, "cache-control": "no-store" } });
  }
  const message = context.env.metricsToken
    ? "Send METRICS_TOKEN as a bearer token.\n"
    : "Set METRICS_TOKEN and send it as a bearer token. Without it only this machine itself reads the metrics.\n";
  return new Response(message, { status: 401, headers: { "www-authenticate": "Bearer" } });
}
