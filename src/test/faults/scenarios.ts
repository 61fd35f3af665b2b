import { SWITCH_OFF_AFTER_MS } from "@/domain/switch-off";
import { removeAction } from "@/server/services/actions/remove-action";
import { rotateSigningSecret } from "@/server/services/actions/rotate-signing-secret";
import { setActionEnabled } from "@/server/services/actions/set-action-enabled";
import { setActionPaused } from "@/server/services/actions/set-action-paused";
import { wakeActions } from "@/server/services/wakes/wake-actions";
import { resendExecution } from "@/server/services/executions/resend-execution";
import { startBulkJob } from "@/server/services/resends/start-bulk-job";
import { levelIs, makeEvent } from "../factories";
import type { FaultWorld } from "./world";

/** A fault. `play` returns what is not as it must be, beside the guarantees that drawUpAccount checks. */
export type Scenario = { name: string; play: (world: FaultWorld, size: number) => Promise<string[]> };

/** By this time, ms, an endpoint that never answers is switched off. A day is added for the last probe. */
const SWITCHED_OFF_BY_MS = SWITCH_OFF_AFTER_MS + 24 * 3_600_000;

/**
 * The program searches for rows that have been due for longer than 10 s, and for wakes whose run has not begun within a
 * minute. A second more is waited here.
 */
const WAITS_MS = 11_000;
const MARK_MS = 61_000;
/** A wake of the next hour may come at most this much later, ms, than its execution is due. */
const CELL_MS = 10_000;

const events = (
  world: FaultWorld,
  count: number,
  { prefix = "obs", fields = {} }: { prefix?: string; fields?: Record<string, unknown> } = {},
) => Array.from({ length: count }, (_, n) => makeEvent(world.ctx, { id: `${prefix}-${n}`, ...fields }));
const statuses = async (world: FaultWorld): Promise<string[]> =>
  (await world.db.actionExecution.findMany({ where: { projectId: world.projectId }, select: { status: true } })).map(
    ({ status }) => status,
  );
const unless = (holds: boolean, violation: string): string[] => (holds ? [] : [violation]);
const all = async (world: FaultWorld, count: number, ...wanted: string[]): Promise<string[]> => {
  const found = await statuses(world);
  return unless(
    found.length === count && found.every((status) => wanted.includes(status)),
    `${count} executions should be ${wanted.join(" or ")}; they are ${found.sort().join(", ")}`,
  );
};

export const scenarios: readonly Scenario[] = [
  {
    name: "an event comes twice, in one batch and in two",
    async play(world, size) {
      await world.trigger([await world.action("200")]);
      const batch = events(world, size);
      await world.receive([...batch, ...batch]);
      await world.receive(batch);
      await world.run();
      return [
        ...(await all(world, size, "COMPLETED")),
        ...unless(
          world.receiver.requests.length === size,
          `${world.receiver.requests.length} webhooks came for ${size} events`,
        ),
      ];
    },
  },
  {
    name: "two workers on the same executions",
    async play(world, size) {
      const actionId = await world.action("200");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      const other = world.another();
      await Promise.all([world.deliver(actionId), world.deliver(actionId, other), world.deliver(actionId)]);
      await other.close();
      await world.run();
      return [
        ...(await all(world, size, "COMPLETED")),
        ...unless(
          world.receiver.requests.length === size,
          `${world.receiver.requests.length} webhooks came for ${size} executions`,
        ),
      ];
    },
  },
  {
    name: "killed between the request and its record",
    async play(world, size) {
      const actionId = await world.action("200");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      const sent = await world.sendUnrecorded(actionId);
      // A process that two looks in a row miss counts as dead.
      await world.look();
      await world.look();
      await world.run();
      const repeated = world.receiver.requests.length - size;
      return [
        ...(await all(world, size, "COMPLETED")),
        ...unless(sent > 0 && repeated === sent, `${sent} requests were lost track of, ${repeated} were repeated`),
      ];
    },
  },
  {
    name: "killed between the reservation of all slots and the claim",
    async play(world, size) {
      const actionId = await world.action("200", { maxConcurrent: 5 });
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      const reserved = await world.reserveOnly(actionId);
      await world.run(5_000);
      const meanwhile = world.receiver.requests.length;
      await world.look();
      await world.look();
      await world.run(5_000);
      return [
        ...unless(reserved === 5 && meanwhile === 0, `${reserved} slots were taken, and ${meanwhile} webhooks came`),
        ...(await all(world, size, "COMPLETED")),
      ];
    },
  },
  {
    name: "the clock jumps ten minutes ahead while requests are on the wire",
    async play(world, size) {
      const actionId = await world.action("200");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      let jump = (): void => undefined;
      const jumped = new Promise<void>((resolve) => (jump = resolve));
      world.receiver.script("/held", [{ status: 200, after: jumped }]);
      await world.point(actionId, "held");
      const flight = await world.takeOff(actionId);
      await world.look(600_000);
      const taken = await all(world, size, "PENDING");
      jump();
      await flight.landed();
      // A result that came too late is kept on its attempt. It changes nothing else.
      const late = await all(world, size, "PENDING");
      await world.run();
      return [...taken, ...late, ...(await all(world, size, "COMPLETED"))];
    },
  },
  {
    name: "killed between the commit and the wake, and between the wake's mark and the wake",
    async play(world, size) {
      const actionId = await world.action("200");
      await world.trigger([actionId]);
      await world.receiveUnwoken(events(world, size));
      await world.look(WAITS_MS);
      await world.run();
      const unwoken = await all(world, size, "COMPLETED");
      const wakes = await world.receiveUnwoken(events(world, size, { prefix: "marked" }));
      await wakeActions({ ...world.ctx, send: () => Promise.resolve() }, wakes);
      await world.look(MARK_MS);
      await world.run();
      return [...unwoken, ...(await all(world, 2 * size, "COMPLETED"))];
    },
  },
  {
    name: "delays and quiet periods, and observations that change or stop matching meanwhile",
    async play(world, size) {
      const actionId = await world.action("200");
      const filter = levelIs("ERROR");
      await world.trigger([actionId], { filter, delaySeconds: 600 });
      await world.trigger([actionId], { filter, delaySeconds: 300, delayMode: "quiet" });
      const receive = (level: string, prefix: string) =>
        world.receive(events(world, size, { prefix, fields: { level, updatedAt: world.ctx.now().toISOString() } }));
      await receive("ERROR", "stays");
      await receive("ERROR", "stops");
      await world.run(200_000);
      await receive("ERROR", "stays");
      await receive("DEBUG", "stops");
      await world.run(299_000);
      const early = world.receiver.requests.length;
      await world.run();
      const rows = await world.db.actionExecution.findMany({
        where: { projectId: world.projectId },
        include: { attempts: true },
      });
      const late = rows.filter(
        ({ dueAt, attempts }) => attempts[0] && attempts[0].startedAt.getTime() - dueAt.getTime() > CELL_MS,
      );
      const wrong = rows.filter(
        ({ sourceId, status }) => status !== (sourceId.startsWith("stays") ? "COMPLETED" : "CANCELLED"),
      );
      return [
        ...unless(early === 0, `${early} webhooks came before they were due`),
        ...unless(late.length === 0, `${late.length} of ${rows.length} executions were sent late`),
        ...unless(rows.length === 4 * size, `${rows.length} executions were made of ${2 * size} observations`),
        ...unless(wrong.length === 0, `${wrong.length} of ${rows.length} executions ended wrongly`),
      ];
    },
  },
  {
    name: "a person pauses the action in mid-retry, and lets it go on",
    async play(world, size) {
      const actionId = await world.action("500");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run(20_000);
      await setActionPaused(world.admin, { actionId, paused: true });
      const before = world.receiver.requests.length;
      await world.receive(events(world, size, { prefix: "while-paused" }));
      await world.look(WAITS_MS);
      await world.run();
      await world.look(WAITS_MS);
      await world.run();
      const paused = await all(world, 2 * size, "PENDING");
      const meanwhile = world.receiver.requests.length - before;
      await world.point(actionId, "200");
      await setActionPaused(world.admin, { actionId, paused: false });
      await world.run();
      return [
        ...paused,
        ...unless(meanwhile === 0, `${meanwhile} webhooks came while the action was paused`),
        ...(await all(world, 2 * size, "COMPLETED")),
      ];
    },
  },
  {
    name: "the action is edited in mid-retry",
    async play(world, size) {
      const actionId = await world.action("500");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run(20_000);
      await world.point(actionId, "200");
      await world.run();
      return all(world, size, "COMPLETED");
    },
  },
  {
    name: "the action is switched off in mid-retry, on again, and what was skipped is replayed",
    async play(world, size) {
      const actionId = await world.action("500");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run(20_000);
      await setActionEnabled(world.admin, { actionId, enabled: false });
      await world.receive(events(world, size, { prefix: "while-off" }));
      await world.run();
      const off = await all(world, 2 * size, "SKIPPED");
      await setActionEnabled(world.admin, { actionId, enabled: true });
      await world.point(actionId, "200");
      await startBulkJob(world.admin, {
        kind: "resend",
        filter: { actionId, status: ["SKIPPED"] },
        ratePerMinute: 6_000,
      });
      await world.run();
      return [...off, ...(await all(world, 2 * size, "COMPLETED"))];
    },
  },
  {
    name: "the action is deleted in mid-retry",
    async play(world, size) {
      const actionId = await world.action("500");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run(20_000);
      await removeAction(world.admin, { actionId });
      const before = world.receiver.requests.length;
      await world.run();
      return [
        ...(await all(world, size, "CANCELLED")),
        ...unless(world.receiver.requests.length === before, "a deleted action was called"),
      ];
    },
  },
  {
    name: "the secret is rotated in mid-retry",
    async play(world, size) {
      const actionId = await world.action("500");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run(20_000);
      const { secret } = await rotateSigningSecret(world.admin, { actionId, grace: "0" });
      world.secrets.push({ actionId, secret });
      await world.point(actionId, "200");
      await world.run();
      return all(world, size, "COMPLETED");
    },
  },
  {
    name: "a resend changes no old attempt, and a delivery that is done stays so",
    async play(world, size) {
      const actionId = await world.action("200");
      await world.trigger([actionId]);
      await world.receive(events(world, size));
      await world.run();
      const read = () =>
        world.db.actionAttempt.findMany({ where: { projectId: world.projectId, number: 1 }, orderBy: { id: "asc" } });
      const before = JSON.stringify(await read());
      const [first] = await world.db.actionExecution.findMany({ where: { projectId: world.projectId }, take: 1 });
      await world.receive(events(world, size));
      await world.run();
      const done = await all(world, size, "COMPLETED");
      await resendExecution(world.admin, { executionId: first!.id });
      await world.run();
      return [
        ...done,
        ...(await all(world, size, "COMPLETED")),
        ...unless(JSON.stringify(await read()) === before, "a resend changed an old attempt"),
      ];
    },
  },
  {
    name: "one dead endpoint and one failing beside 50 healthy ones",
    async play(world, size) {
      const healthy = await Promise.all(
        Array.from({ length: 50 }, () => world.action("204", { storeResponse: false })),
      );
      const dead = await world.action("never", { timeouts: { connectMs: 100, headersMs: 150, totalMs: 200 } });
      const failing = await world.action("500");
      for (let n = 0; n < healthy.length; n += 10) await world.trigger(healthy.slice(n, n + 10));
      await world.trigger([dead, failing]);
      await world.receive(events(world, size));
      await world.run(60_000);
      const left = await world.db.actionExecution.count({
        where: { projectId: world.projectId, actionId: { in: healthy }, status: { not: "COMPLETED" } },
      });
      // A breaker lets one attempt through in a quarter of an hour. When the endpoint is switched off, executions with
      // attempts left are skipped.
      await world.run(SWITCHED_OFF_BY_MS);
      const ended = await world.db.actionExecution.count({
        where: { projectId: world.projectId, actionId: { in: [dead, failing] }, status: { in: ["ERROR", "SKIPPED"] } },
      });
      return [
        ...unless(left === 0, `${left} deliveries to healthy endpoints were held up`),
        ...unless(ended === 2 * size, `${2 * size - ended} executions of the others never ended`),
      ];
    },
  },
];
