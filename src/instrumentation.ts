/** Next calls this once when a server process starts. It starts the background work before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NEXT_PHASE === "phase-production-build") return;
  const { getRuntime } = await import("@/server/runtime");
  await getRuntime();
}
