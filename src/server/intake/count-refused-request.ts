import type { Runtime } from "../runtime";

/** Counts a refused request with events, by its status. */
export async function countRefusedRequest(
  { context: { metrics } }: Pick<Runtime, "context">,
  answering: Promise<Response>,
): Promise<Response> {
  const answer = await answering;
  if (answer.status >= 400) metrics.eventsRefused(answer.status);
  return answer;
}
