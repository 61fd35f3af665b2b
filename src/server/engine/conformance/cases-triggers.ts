import { expect } from "vitest";
import type { Case } from "./trial";

const HOUR = 3_600_000;

/** Cases about the events and ticks that start a function. */
export const triggerCases: Case[] = [
  {
    title: "an event starts every function that listens to it once, by name and by condition",
    functions: ({ client, event, note }) => {
      const fn = (id: string, triggers: { event: string; if?: string }[]) =>
        client.createFunction({ id, triggers }, (ctx) =>
          note(`${id} ${ctx.event.name.split("/").at(-1) ?? ""} ${JSON.stringify(ctx.event.data)}`),
        );
      return [
        fn("exact", [{ event: event("order/paid") }, { event: event("order/paid"), if: "event.data.amount > 10" }]),
        fn("several", [{ event: event("order/paid") }, { event: event("order/sent") }]),
        fn("condition", [{ event: event("order/paid"), if: "event.data.amount > 10 && event.data.missing == null" }]),
        fn("other", [{ event: event("order/sent") }]),
      ];
    },
    async run(trial) {
      await trial.send({ name: "order/paid", data: { amount: 5 } }, { name: "order/paid", data: { amount: 50 } });
      await trial.expectNotesInAnyOrder(
        ['exact paid {"amount":5}', 0],
        ['exact paid {"amount":50}', 0],
        ['several paid {"amount":5}', 0],
        ['several paid {"amount":50}', 0],
        ['condition paid {"amount":50}', 0],
      );
    },
  },
  {
    title: "a cron runs once a tick, by the clock of its time zone in summer and winter",
    clockOnly: "a cron takes a minute at the least",
    functions: ({ client, note }) => {
      const fn = (id: string, cron: string) =>
        client.createFunction({ id, triggers: [{ cron }] }, ({ event }) =>
          note(`${id} ${event.name} ${(event.data as { scheduledAt?: string }).scheduledAt ?? ""}`),
        );
      return [fn("nightly", "TZ=Europe/Paris 0 3 * * *"), fn("yearly", "0 12 1 7 *")];
    },
    async run(trial) {
      await trial.send({ name: "nothing" });
      await trial.expectNotes(
        ["nightly inngest/scheduled.timer 2030-01-01T02:00:00.000Z", 2 * HOUR],
        ["nightly inngest/scheduled.timer 2030-01-02T02:00:00.000Z", 26 * HOUR],
      );
      // No process ran for half a year. One tick stands for all missed ticks.
      trial.target.advance(Date.UTC(2030, 5, 29, 12) - trial.now);
      await trial.noted(6);
      expect(trial.texts().slice(2)).toEqual([
        "nightly inngest/scheduled.timer 2030-01-03T02:00:00.000Z",
        "nightly inngest/scheduled.timer 2030-06-30T01:00:00.000Z",
        "nightly inngest/scheduled.timer 2030-07-01T01:00:00.000Z",
        "yearly inngest/scheduled.timer 2030-07-01T12:00:00.000Z",
      ]);
    },
  },
  {
    title: "an event with a time in the future starts its function then",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "future", triggers: { event: event("future") } }, (ctx) =>
        note(`after ${ctx.event.ts - (ctx.event.data.sentAt as number)}`),
      ),
    ],
    async run(trial) {
      const sentAt = trial.now;
      await trial.send({ name: "future", data: { sentAt }, ts: sentAt + 2_000 });
      await trial.expectNotes(["after 2000", 2_000]);
    },
  },
  {
    title: "the same event id starts a function once",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "once", triggers: { event: event("once") } }, (ctx) =>
        note(ctx.event.data.n as string),
      ),
    ],
    async run(trial) {
      // A server compares ids across its apps, for a day.
      const id = `x-${trial.now}-${Math.random()}`;
      await trial.send({ id, name: "once", data: { n: "first" } }, { id, name: "once", data: { n: "first" } });
      await trial.send({ id, name: "once", data: { n: "first" } });
      await trial.send({ id: `${id}-y`, name: "once", data: { n: "second" } });
      await trial.expectNotesInAnyOrder(["first", 0], ["second", 0]);
    },
  },
  {
    title: "an event id is free again after 24 h",
    clockOnly: "it takes a day",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "again", triggers: { event: event("again") } }, (ctx) =>
        note(String(ctx.event.data.n)),
      ),
    ],
    async run(trial) {
      await trial.send({ id: "x", name: "again", data: { n: 1 } });
      await trial.noted(1);
      trial.target.advance(24 * HOUR - 1);
      await trial.send({ id: "x", name: "again", data: { n: 2 } });
      await trial.target.rest();
      trial.target.advance(1);
      await trial.send({ id: "x", name: "again", data: { n: 3 } });
      await trial.expectNotes(["1", 0], ["3", 24 * HOUR]);
    },
  },
];
