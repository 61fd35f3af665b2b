import { parseJson } from "@/domain/json/read-json";
import { getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { readLatestStates } from "../triggers/read-latest-states";

export type SampledObservation = { name: string | null; observation: Record<string, unknown> };

/**
 * Lists the latest observations with their whole states, from which a person makes tests of their rules. A reader
 * without the permission `body:read` gets the states without inputs, outputs and metadata.
 */
export async function listSampleObservations(
  ctx: ProjectContext,
  { eventSource, limit }: { eventSource: string; limit: number },
): Promise<SampledObservation[]> {
  requirePermission(ctx, "project:read");
  const source = getEventSource(eventSource);
  if (!source) return [];
  const seesBodies = hasPermission(ctx, "body:read");
  const found: SampledObservation[] = [];
  for await (const { rows } of readLatestStates(ctx, { eventSource, limit }))
    for (const { name, state } of rows) {
      const payload = parseJson(state);
      const { observation } = (seesBodies ? payload : source.withoutBodies(payload)) as {
        observation: Record<string, unknown>;
      };
      found.push({ name, observation });
    }
  return found;
}
