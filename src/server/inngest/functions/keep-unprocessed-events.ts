import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { functionFailedEvent } from "@/server/inngest/events";
import { groupStampedEvents } from "@/server/inngest/group-stamped-events";
import { storeRefusedEventsAsRejected, storeUnprocessedEventsAsRejected } from "@/server/services/unprocessed-events";
import { MATCHING_FUNCTION_IDS } from "./observation-upsert-processor";

/**
 * Makes the function that stores the events of a failed batch as rejected events, so that no accepted event disappears.
 * It replaces the SDK's `onFailure`, which has only one try: the database may still be away.
 */
export function makeKeepUnprocessedEventsFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "keep-unprocessed-events",
      name: "Keep events that could not be processed",
      triggers: [
        {
          event: functionFailedEvent,
          if: MATCHING_FUNCTION_IDS.map((id) => `event.data.function_id == '${client.id}-${id}'`).join(" || "),
        },
      ],
      retries: 20,
    },
    async ({ event }) => {
      const { event: one, events = one ? [one] : [], error } = event.data;
      const { groups, refused } = await groupStampedEvents(deps, events);
      await storeRefusedEventsAsRejected(deps.ctx, refused);
      const why = error?.message?.trim().split("\n").at(-1) ?? "the reason is not known";
      const reason = `It could not be processed in any try: ${why}`;
      let kept = 0;
      for (const group of groups) kept += await storeUnprocessedEventsAsRejected(deps.ctx, { ...group, reason });
      return { kept };
    },
  );
}
