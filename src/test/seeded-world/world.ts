import type { Filter } from "@/domain/filter/schema";
import { makeUserActor } from "@/domain/actor";
import { TriggerInput } from "@/domain/trigger";
import { openProjectContext } from "@/server/services/access";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { ActionInput } from "@/server/services/actions/action-input";
import { createAction } from "@/server/services/actions/create-action";
import { setActionPaused } from "@/server/services/actions/set-action-paused";
import { cancelExecution } from "@/server/services/executions/cancel-execution";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createTrigger } from "@/server/services/triggers/create-trigger";
import type { TestContext } from "@/test/context";
import { deliverAll } from "@/test/deliver";
import { makeEvent } from "@/test/factories";
import { createRandom } from "@/test/random";
import type { Receiver } from "@/test/receiver";
import { seededObservations } from "./observations";

/** Ids that the pages of the screenshots show. */
export type SeededWorld = {
  triggerId: string;
  actionId: string;
  /** ids of executions: one of each status, and the latest of each outcome */
  executionIds: Record<string, string>;
  observationId: string;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 21;
const STEP_MS = 3 * HOUR_MS;
const TRIGGERS = 200;

const all = (...children: Filter["children"]): Filter => ({ type: "group", match: "all", children });
const is = (column: string, ...value: string[]) =>
  ({ type: "condition", column, operator: "any of", value }) as Filter["children"][number];
const above = (column: string, value: number) =>
  ({ type: "condition", column, operator: ">", value }) as Filter["children"][number];

/**
 * Fills a project with three weeks of history that ends now. The matcher decides on real events and the deliverer sends
 * to a real receiver, both by the context's clock. The project has 200 triggers, long names, and executions of every
 * status. One endpoint has failed for two hours, one is gone, and a person has paused one. @param user the owner of the
 * project
 */
export async function seedWorld(
  ctx: TestContext,
  receiver: Receiver,
  { user, projectId }: { user: { id: string; email: string }; projectId: string },
): Promise<SeededWorld> {
  const present = Date.now();
  ctx.clock.advance(present - DAYS * DAY_MS - ctx.now().getTime());
  const random = createRandom(7);
  const project = await openProjectContext(ctx, makeUserActor(user), projectId);
  const failing = receiver.script("/warehouse", [{ status: 200 }]);
  const action = async (name: string, url: string, configuration: object = {}) =>
    (
      await createAction(
        project,
        ActionInput.parse({ name, type: "webhook", configuration: { url, ...configuration } }),
      )
    ).id;
  const trigger = async (
    name: string,
    filter: Filter,
    { actionIds, change = {} }: { actionIds: string[]; change?: Partial<TriggerInput> },
  ) =>
    (
      await createTrigger(
        project,
        TriggerInput.parse({ name, eventSource: "observation.created", filter, actionIds, ...change }),
      )
    ).id;

  const incidents = await action(
    "PagerDuty · production incidents",
    answers(receiver, "/incidents", { statuses: [200], delayMs: 35 }),
  );
  const slack = await action(
    "Slack #llm-errors",
    answers(receiver, "/slack", { statuses: [200, 200, 200, 429, 200], delayMs: 20 }),
  );
  const warehouse = await action("Warehouse ingest", failing);
  const jira = await action(
    "Jira issue creator",
    answers(receiver, "/jira", { statuses: [201, 201, 403, 201, 500, 201], delayMs: 60 }),
  );
  const legacy = await action("Legacy alert gateway of the platform team", receiver.url("410"));
  const paused = await action(
    "Data lake export, nightly and by hand, of the analytics department",
    receiver.url("200", "lake"),
  );
  await action("Never used", receiver.url("200", "unused"));

  const triggerId = await trigger("Errors in production", all(is("level", "ERROR"), is("environment", "production")), {
    actionIds: [incidents, slack],
    change: { description: "Pages the person on call. Agreed with the support team." },
  });
  await trigger("Slow agents", all(is("type", "AGENT"), above("latency", 12)), { actionIds: [jira] });
  await trigger("Every generation to the warehouse", all(is("type", "GENERATION")), {
    actionIds: [warehouse],
    change: { samplingRate: 0.5 },
  });
  await trigger("Warnings, an hour later if they stay", all(is("level", "WARNING")), {
    actionIds: [slack],
    change: { delaySeconds: 3_600 },
  });
  await trigger("Failed tools", all(is("type", "TOOL"), is("level", "ERROR")), {
    actionIds: [legacy, jira],
    change: { capPerHour: 2 },
  });
  await trigger(
    "Expensive answers of the deployment with the longest name that anybody has ever given to one",
    all(above("totalCost", 0.03)),
    { actionIds: [paused] },
  );
  for (let n = 6; n < TRIGGERS; n++)
    await trigger(
      `Quality gate ${n} · ${["tone", "length", "language", "citations"][n % 4]}`,
      all(is("name", `gate-${n}`)),
      { actionIds: [slack] },
    );

  const cache = createTriggerCache();
  const step = async (count: number) => {
    const events = seededObservations(count, ctx.now(), random).map((observation) =>
      makeEvent(ctx, observation, { receivedMicros: ctx.now().getTime() * 1_000 }),
    );
    await createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
    await deliverAll(ctx, { projectId });
  };
  while (ctx.now().getTime() < present - STEP_MS) {
    const hour = ctx.now().getUTCHours();
    await step(hour < 6 ? 2 : 6 + random.between(0, 11));
    ctx.clock.advance(STEP_MS);
  }
  await setActionPaused(project, { actionId: paused, paused: true });
  receiver.script("/warehouse", [{ status: 500, body: '{"error":"no space left on device"}' }]);
  while (ctx.now().getTime() < present - 60_000) {
    await step(12);
    ctx.clock.advance(Math.min(10 * 60_000, Math.max(1, present - ctx.now().getTime())));
  }
  const waiting = await ctx.db.actionExecution.findFirst({ where: { projectId, actionId: slack, status: "PENDING" } });
  if (waiting) await cancelExecution(project, { executionId: waiting.id });
  return { triggerId, actionId: warehouse, ...(await findShown(ctx, projectId)) };
}

/** Makes a path of the receiver that answers with these statuses in turn, again and again. @returns its URL */
function answers(
  receiver: Receiver,
  path: string,
  { statuses, delayMs }: { statuses: readonly number[]; delayMs: number },
): string {
  const turns = Array.from({ length: 4_000 }, (_, n) => ({ status: statuses[n % statuses.length]!, delayMs }));
  return receiver.script(path, turns);
}

async function findShown(ctx: TestContext, projectId: string) {
  const newest = await ctx.db.actionExecution.findMany({
    where: { projectId },
    distinct: ["status"],
    orderBy: [{ status: "asc" }, { createdAt: "desc" }],
    select: { id: true, status: true, sourceId: true },
  });
  return {
    executionIds: Object.fromEntries(newest.map(({ id, status }) => [status, id])),
    observationId: newest[0]!.sourceId,
  };
}
