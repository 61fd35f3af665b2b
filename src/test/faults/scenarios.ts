import { OFF_AFTER_MS } from "@/domain/switch-off";
import { removeAction, rotateSecret, setActionEnabled } from "@/server/services/actions/change";
import { claim } from "@/server/services/action-delivery/claim";
import { attempt } from "@/server/services/action-delivery/attempt";
import { deliverBatch } from "@/server/services/action-delivery";
import { resendExecution } from "@/server/services/executions/act";
import { startResend } from "@/server/services/resends/resends";
import type { DueEvent } from "@/server/services/dispatch";
import { makeEvent } from "../factories";
import type { FaultWorld } from "./world";

/** A fault, and what must be true after it beside the invariants; each returns what is not. */
export type Scenario = { name: string; play: (world: FaultWorld, size: number) => Promise<string[]> };

/** An endpoint that never answers is off by then, a day of grace for the last probe included. */
const SWITCHED_OFF_BY_MS = OFF_AFTER_MS + 24 * 3_600_000;

const events = (world: FaultWorld, count: number, prefix = "obs") =>
  Array.from({ length: count }, (_, n) => makeEvent(world.ctx, { id: `${prefix}-${n}` }));
const statuses = async (world: FaultWorld): Promise<string[]> =>
  (await world.db.actionExecution.findMany({ where: { projectId: world.projectId }, select: { status: true } })).map(
    ({ status }) => status,
  );
const claimsOf = (world: FaultWorld) =>
  world.ctx.sent
    .filter((event) => event.name === "action/execution.due")
    .flatMap((event) => (event.data as DueEvent).claims);
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
      await world.trigger([await world.action("200")]);
      await world.receive(events(world, size));
      const claims = claimsOf(world);
      const other = world.another();
      await Promise.all([
        deliverBatch(world.ctx, world.leaseToken, claims),
        deliverBatch(other, world.leaseToken, claims),
        deliverBatch(world.ctx, world.leaseToken, [...claims].reverse()),
      ]);
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
      await world.trigger([await world.action("200")]);
      await world.receive(events(world, size));
      const { claimed } = await claim(world.ctx, claimsOf(world), world.leaseToken, { wanted: 25, waits: "busy" });
      await Promise.all(claimed.map((item) => attempt(world.ctx, item)));
      await world.sweep();
      await world.run();
      const repeated = world.receiver.requests.length - size;
      return [
        ...(await all(world, size, "COMPLETED")),
        ...unless(
          repeated === claimed.length,
          `${claimed.length} requests were lost track of, ${repeated} were repeated`,
        ),
      ];
    },
  },
  {
    name: "the clock jumps ten minutes ahead while requests are on the wire",
    async play(world, size) {
      await world.trigger([await world.action("200")]);
      await world.receive(events(world, size));
      const { claimed } = await claim(world.ctx, claimsOf(world), world.leaseToken, { wanted: 25, waits: "busy" });
      const results = claimed.map((item) => attempt(world.ctx, item));
      await world.sweep(600_000);
      await Promise.all(results);
      await world.run();
      return all(world, size, "COMPLETED");
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
      await world.receive(events(world, size, "while-off"));
      await world.run();
      const off = await all(world, 2 * size, "SKIPPED");
      await setActionEnabled(world.admin, { actionId, enabled: true });
      await world.point(actionId, "200");
      await startResend(world.admin, { actionId, status: ["SKIPPED"], ratePerMinute: 6_000 });
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
      const { secret } = await rotateSecret(world.admin, { actionId, grace: "0" });
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
      // One attempt in a quarter of an hour is all that a breaker lets through: what has not used up its attempts by then is
      // skipped when the endpoint is switched off.
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
