import type { Runtime } from "../runtime";

/** Counts a refused request with events in the metrics, by its HTTP status. */
export async function countRefusedRequest(
  { context: { metrics } }: Pick<Runtime, "context">,
  answering: Promise<Response>,
): Promise<Response> {
  const answer = await answering;
  if (answer.status >= 400) metrics.eventsRefused(answer.status);
  return answer;
}
