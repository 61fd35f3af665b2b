/**
 * Next calls this function once when a server process starts, before the first request. It starts the background work.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NEXT_PHASE === "phase-production-build") return;
  const { getRuntime } = await import("@/server/runtime");
  await getRuntime();
}
