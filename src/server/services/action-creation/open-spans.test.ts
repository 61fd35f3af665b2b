import { beforeEach, expect, test } from "vitest";
import { deliverOnce } from "@/test/deliver";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import type { BatchEvent } from "../batch-event";

const { ctx, receiver } = useTestContext();
let cache: TriggerCache;
let projectId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
});

const at = "2026-01-01T00:00:00Z";
const later = "2026-01-01T00:00:05Z";
/** A span that an exporter sends at its start and again at its end. */
const started = (): BatchEvent =>
  makeEvent(ctx, {
    id: "s",
    name: "started",
    startTime: at,
    endTime: at,
    ingestion: { protocol: "otlp", isOpen: true },
  });
const ended = (): BatchEvent =>
  makeEvent(ctx, { id: "s", name: "ended", startTime: at, endTime: later, ingestion: { protocol: "otlp" } });

const run = (...events: BatchEvent[]) =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });

test.each([
  ["start, then end", async () => run(started()).then(() => run(ended()))],
  ["end, then start", async () => run(ended()).then(() => run(started()))],
  ["start and end in one batch", async () => run(started(), ended())],
  ["end and start in one batch", async () => run(ended(), started())],
])("95: a span without an end never replaces the one with an end: %s", async (_name, send) => {
  await send();
  const row = await ctx.db.observation.findFirst({ where: { projectId, id: "s" } });
  expect(row).toMatchObject({ name: "ended", latency: 5 });
  expect(await ctx.db.observationRevision.count({ where: { projectId } })).toBe(2);
});

test("95: a trigger with a quiet period fires once for a span's start and end, with its final state", async () => {
  const action = await makeAction(ctx, projectId, receiver.url("200"), { detail: "full" });
  const filter = levelIs("DEFAULT");
  await makeTrigger(ctx, projectId, [action.id], { filter, delaySeconds: 60, delayMode: "quiet" });
  await run(started());
  ctx.clock.advance(30_000);
  await run(ended());
  ctx.clock.advance(60_000);
  expect(await deliverOnce(ctx, action.id)).toBe(1);
  expect(receiver.requests.map(({ rawBody }) => /"name":"(?:started|ended)"/.exec(rawBody)?.[0])).toEqual([
    '"name":"ended"',
  ]);
});
