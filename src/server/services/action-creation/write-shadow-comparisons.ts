import type { DatabaseOrTransaction } from "@/server/db/client";
import { toJsonParameter } from "@/server/db/json-parameter";
import type { ShadowBatchComparison } from "./compare-shadows";

/**
 * Adds a batch's comparisons to the counts of shadows. It stores the subjects about which a shadow and its trigger
 * differ, and deletes those about which they agree again. Shadows that were deleted meanwhile are left out.
 */
export async function writeShadowComparisons(
  tx: DatabaseOrTransaction,
  tallies: ReadonlyMap<string, ShadowBatchComparison>,
  now: Date,
): Promise<void> {
  if (tallies.size === 0) return;
  // Every batch locks the shadows in the order of their ids, so that two batches do not deadlock.
  const alive = await tx.$queryRaw<{ id: string }[]>`/* prepared */
    SELECT id FROM trigger_shadow WHERE id = ANY(${[...tallies.keys()]}::text[])
      ORDER BY id COLLATE "C" FOR NO KEY UPDATE`;
  const kept = alive.map(({ id }) => ({ id, tally: tallies.get(id)! }));
  const counts = JSON.stringify(kept.map(({ id, tally }) => ({ id, ...tally.counts })));
  await tx.$executeRaw`/* prepared */
    UPDATE trigger_shadow AS s SET both_fired = s.both_fired + r."bothFired", more = s.more + r.more,
      fewer = s.fewer + r.fewer,
      neither = s.neither + r.neither, undecided = s.undecided + r.undecided
    FROM json_to_recordset(${counts}::json) AS r(id text, "bothFired" int, more int, fewer int, neither int,
      undecided int)
    WHERE s.id = r.id`;
  const rows = kept.flatMap(({ id, tally }) =>
    [...tally.differences].map(([sourceId, difference]) => ({ shadowId: id, sourceId, ...difference })),
  );
  const differing = toJsonParameter(rows.filter(({ eventId }) => eventId !== undefined));
  await tx.$executeRaw`/* prepared */
    INSERT INTO shadow_difference (shadow_id, source_id, event_id, active, proposed, decided_at)
    SELECT r."shadowId", r."sourceId", r."eventId", r.active, r.proposed, ${now}
    FROM json_to_recordset(${differing}::json) AS r("shadowId" text, "sourceId" text, "eventId" text, active text,
      proposed text)
    ON CONFLICT (shadow_id, source_id) DO UPDATE SET
      event_id = excluded.event_id, active = excluded.active, proposed = excluded.proposed,
        decided_at = excluded.decided_at`;
  const agreeing = toJsonParameter(rows.filter(({ eventId }) => eventId === undefined));
  await tx.$executeRaw`/* prepared */
    DELETE FROM shadow_difference AS d USING json_to_recordset(${agreeing}::json) AS r("shadowId" text, "sourceId" text)
    WHERE d.shadow_id = r."shadowId" AND d.source_id = r."sourceId"`;
}
