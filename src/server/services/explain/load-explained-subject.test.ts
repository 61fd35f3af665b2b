import { expect, test } from "vitest";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { loadTriggerVersionsInForce } from "./load-explained-subject";

const { ctx: base } = useTestContext();

test("of thousands of versions, only those in force at the given moments are read", async () => {
  const ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  const from = new Date("2026-01-01T00:00:00Z");
  await ctx.db.$executeRaw`
    INSERT INTO configuration_version (id, project_id, kind, target_id, version, snapshot, summary, revision,
      actor_label, created_at)
    SELECT t || '-' || n, ${ctx.projectId}, 'trigger', t, n, '{}', 'Changed.', n, 'x',
      ${from}::timestamptz + n * interval '1 minute'
    FROM unnest(ARRAY['trg_a', 'trg_b']) AS t, generate_series(1, 3000) AS n`;
  const minute = (n: number, seconds = 0) => new Date(from.getTime() + n * 60_000 + seconds * 1_000);
  const versions = await loadTriggerVersionsInForce(
    ctx,
    ["trg_a"],
    [minute(0), minute(7), minute(7, 59), minute(2_500, 1)],
  );
  expect([...versions].map(([id, rows]) => [id, rows.map(({ version }) => version)])).toEqual([["trg_a", [7, 2_500]]]);
});
