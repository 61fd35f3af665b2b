import { expect, test } from "vitest";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { countObservationLevels } from "./count-observation-levels";
import type { ObservationFilters } from "./filter-observations";
import { listObservations } from "./list-observations";

const { ctx } = useTestContext();

test("observations are narrowed by every filter, alone and together, and their levels are counted", async () => {
  const { id: projectId } = await makeProject(ctx);
  const project = makeSystemProjectContext(ctx, projectId);
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 1, 12, minutes));
  const row = (id: string, minutes: number, fields: object) => ({
    ...{ projectId, id, state: "{}", receivedAt: at(minutes), environment: "production", level: "DEFAULT" },
    ...fields,
  });
  await ctx.db.observation.createMany({
    data: [
      row("a", 0, { level: "ERROR", model: "gpt-4o", traceId: "t1", sessionId: "s1", userId: "u1" }),
      row("b", 1, { level: "ERROR", environment: "staging", traceId: "t1" }),
      row("c", 2, { level: null, model: "gpt-4o", sessionId: "s1" }),
      row("d", 3, { state: null }),
    ],
  });
  const ids = async (filters: ObservationFilters) =>
    (await listObservations(project, filters)).items.map(({ id }) => id).join("");
  expect(await ids({})).toBe("cba");
  expect(await ids({ traceId: "t1" })).toBe("ba");
  expect(await ids({ sessionId: "s1" })).toBe("ca");
  expect(await ids({ userId: "u1" })).toBe("a");
  expect(await ids({ environment: ["staging"] })).toBe("b");
  expect(await ids({ model: ["gpt-4o"] })).toBe("ca");
  expect(await ids({ from: at(1) })).toBe("cb");
  expect(await ids({ from: at(1), to: at(2) })).toBe("b");
  expect(await ids({ since: "1h" })).toBe("");
  expect(await ids({ traceId: "t1", level: ["ERROR"], environment: ["production"] })).toBe("a");

  const first = await listObservations(project, { from: at(0), limit: 2 });
  const second = await listObservations(project, { from: at(0), limit: 2, cursor: first.nextCursor });
  expect(second.items.map(({ id }) => id)).toEqual(["a"]);

  expect(await countObservationLevels(project, { level: ["ERROR"] })).toEqual({
    counts: { DEFAULT: 1, ERROR: 2 },
    isPartial: false,
  });
  expect((await countObservationLevels(project, { environment: ["staging"] })).counts).toEqual({ ERROR: 1 });
});
