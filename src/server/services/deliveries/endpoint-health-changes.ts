import type { ServiceContext } from "@/server/context";
import type { BatchRequest } from "./batched-statement";
import {
  writeEndpointHealthsIfUnchanged,
  type EndpointHealth,
  type EndpointHealthWithRevision,
} from "./endpoint-health";

/**
 * @property known the health that the caller has read or written last
 * @property change makes the new health from the newest one that this process knows; null: nothing is written
 */
export type EndpointHealthChangeInput = {
  known: EndpointHealthWithRevision;
  change: (health: EndpointHealth) => EndpointHealth | null;
};

/**
 * The result of a change. `written`: the health holds the change. `refused`: `change` returned null for a health like
 * this one. `outdated`: another process has changed the health since it was read.
 */
export type EndpointHealthChangeResult =
  { kind: "written" | "refused"; health: EndpointHealthWithRevision } | { kind: "outdated"; health: null };

/** A process remembers the healths of at most this many endpoints. */
const REMEMBERED_MAX = 1_000;

/**
 * Makes a function that changes endpoint healths, in one statement. It remembers what it wrote, and applies several
 * changes of an endpoint one after the other before it writes. So a write seldom meets another revision.
 * Without this, every second write of an endpoint under load met one, and was repeated.
 */
export function createEndpointHealthChanger() {
  /** the healths as this process has written them last, in the order of the writes */
  const remembered = new Map<string, EndpointHealthWithRevision>();
  const remember = (actionId: string, health: EndpointHealthWithRevision | null): void => {
    remembered.delete(actionId);
    if (!health) return;
    remembered.set(actionId, health);
    if (remembered.size > REMEMBERED_MAX) remembered.delete(remembered.keys().next().value!);
  };

  return async (
    ctx: ServiceContext,
    requests: readonly BatchRequest<EndpointHealthChangeInput>[],
  ): Promise<EndpointHealthChangeResult[]> => {
    const newest = new Map<string, EndpointHealthWithRevision>();
    for (const { actionId, ask } of requests) {
      const other = newest.get(actionId) ?? remembered.get(actionId);
      newest.set(actionId, other && other.revision >= ask.known.revision ? other : ask.known);
    }
    const changed = new Set<string>();
    const kinds = requests.map(({ actionId, ask }) => {
      const before = newest.get(actionId)!;
      const after = ask.change(before);
      if (!after) return "refused" as const;
      newest.set(actionId, { ...after, revision: before.revision });
      changed.add(actionId);
      return "written" as const;
    });
    const ids = [...changed];
    const written = await writeEndpointHealthsIfUnchanged(
      ctx.db,
      ids.map((actionId) => ({ actionId, health: newest.get(actionId)! })),
    );
    const results = new Map(ids.map((actionId, n) => [actionId, written[n]!]));
    for (const [actionId, health] of results) remember(actionId, health);
    return requests.map(({ actionId }, n): EndpointHealthChangeResult => {
      const health = changed.has(actionId) ? results.get(actionId)! : newest.get(actionId)!;
      return health ? { kind: kinds[n]!, health } : { kind: "outdated", health: null };
    });
  };
}
