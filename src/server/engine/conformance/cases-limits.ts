import { RetryAfterError } from "inngest";
import { expect } from "vitest";
import type { Case } from "./trial";

type Item = { data: { key: string; n: number } };
const numbersOf = (events: readonly Item[]): string =>
  events
    .map(({ data }) => data.n)
    .sort()
    .join(" ");

/** Cases about concurrency limits and batches. */
export const limitCases: Case[] = [
  {
    title: "a concurrency limit with a key holds for each key, and other keys go on",
    functions: ({ client, event, note }) => {
      const active = new Map<string, number>();
      return [
        client.createFunction(
          { id: "limited", triggers: { event: event("job") }, concurrency: [{ limit: 2, key: "event.data.key" }] },
          async (ctx) => {
            const key = ctx.event.data.key as string;
            active.set(key, (active.get(key) ?? 0) + 1);
            note(`${key} ${active.get(key) ?? 0}`);
            await new Promise((resolve) => setTimeout(resolve, 20));
            active.set(key, (active.get(key) ?? 0) - 1);
          },
        ),
      ];
    },
    async run(trial) {
      await trial.send(...Array.from({ length: 24 }, (_, n) => ({ name: "job", data: { key: `k${n % 3}` } })));
      await trial.noted(24);
      await trial.target.rest();
      expect(trial.texts()).toHaveLength(24);
      const states = new Set(trial.texts());
      expect([...states].filter((text) => !/^k[012] [12]$/.test(text))).toEqual([]);
      // A real server may be slow to use all allowed places.
      if (trial.target.exact) expect([...states].sort()).toEqual(["k0 1", "k0 2", "k1 1", "k1 2", "k2 1", "k2 2"]);
    },
  },
  {
    title: "two concurrency limits with keys hold at once, each for its own key",
    functions: ({ client, event, note }) => {
      const active = new Map<string, number>();
      const add = (key: string, n: number) => {
        active.set(key, (active.get(key) ?? 0) + n);
        return active.get(key) ?? 0;
      };
      return [
        client.createFunction(
          {
            id: "limited-twice",
            triggers: { event: event("job") },
            concurrency: [
              { limit: 2, key: "event.data.actionId" },
              { limit: 3, key: "event.data.projectId" },
            ],
          },
          async (ctx) => {
            const { actionId, projectId } = ctx.event.data as { actionId: string; projectId: string };
            note(`${add(actionId, 1)} ${projectId} ${add(projectId, 1)}`);
            await new Promise((resolve) => setTimeout(resolve, 20));
            add(actionId, -1);
            add(projectId, -1);
          },
        ),
      ];
    },
    async run(trial) {
      // One project has two actions, the other has one.
      const jobs = Array.from({ length: 30 }, (_, n) =>
        n % 3 === 2 ? { actionId: "a3", projectId: "p2" } : { actionId: `a${n % 3}`, projectId: "p1" },
      );
      await trial.send(...jobs.map((data) => ({ name: "job", data })));
      await trial.noted(30);
      await trial.target.rest();
      expect(trial.texts()).toHaveLength(30);
      const states = trial.texts().map((text) => /^(\d+) (p\d) (\d+)$/.exec(text)?.slice(1) ?? []);
      const highest = (project: string, place: number) =>
        Math.max(...states.filter((state) => state[1] === project).map((state) => Number(state[place])));
      const found = ["p1", "p2"].map((project) => [highest(project, 0), highest(project, 2)]);
      expect(found.flat().filter((n) => n > 3)).toEqual([]);
      expect([found[0]?.[0], found[1]?.[0], found[1]?.[1]].filter((n) => (n ?? 3) > 2)).toEqual([]);
      // A real server may be slow to use all allowed places.
      if (trial.target.exact)
        expect(found).toEqual([
          [2, 3],
          [2, 2],
        ]);
    },
  },
  {
    title: "a concurrency limit counts calls that are under way, and neither sleeps nor waits for the next try",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "one-at-a-time", triggers: { event: event("job") }, concurrency: 1 }, async (ctx) => {
        const n = ctx.event.data.n as number;
        await ctx.step.sleep("wait", "2s");
        await ctx.step.run("try", () => {
          note(`${n} ${ctx.attempt}`);
          if (ctx.attempt === 0) throw new RetryAfterError("again", 1_000);
        });
      }),
    ],
    async run(trial) {
      await trial.send(...[1, 2, 3].map((n) => ({ name: "job", data: { n } })));
      await trial.expectNotesInAnyOrder(
        ["1 0", 2_000],
        ["2 0", 2_000],
        ["3 0", 2_000],
        ["1 1", 3_000],
        ["2 1", 3_000],
        ["3 1", 3_000],
      );
    },
  },
  {
    title: "a batch holds events of one key, as many as it may, and none waits longer than its timeout",
    functions: ({ client, event, note }) => [
      client.createFunction(
        {
          id: "batches",
          triggers: { event: event("item") },
          batchEvents: { maxSize: 3, timeout: "3s", key: "event.data.key" },
        },
        ({ events }) =>
          note(
            events
              .map(({ data }: Item) => `${data.key}${data.n}`)
              .sort()
              .join(" "),
          ),
      ),
    ],
    async run(trial) {
      const item = (key: string, n: number) => ({ name: "item", data: { key, n } });
      await trial.send(item("a", 1), item("b", 1), item("a", 2), item("b", 2), item("a", 3));
      // A server may wait for more events. The engine is idle here, and starts the batch with the events that it has.
      await trial.expectNotesInAnyOrder(["a1 a2 a3", 0], ["b1 b2", 0]);
    },
  },
  {
    title:
      "an event that the batch's condition leaves out runs alone; a member that is missing is not equal to anything",
    functions: ({ client, event, note }) => [
      client.createFunction(
        {
          id: "some-batched",
          triggers: { event: event("item") },
          batchEvents: { maxSize: 10, timeout: "2s", key: "event.data.key", if: "event.data.alone != true" },
        },
        ({ events }) => note(numbersOf(events)),
      ),
    ],
    async run(trial) {
      const marks = [{}, { alone: true }, { alone: false }, { alone: null }, { alone: true }, { alone: "true" }];
      await trial.send(...marks.map((mark, n) => ({ name: "item", data: { n, key: "k", ...mark } })));
      await trial.expectNotesInAnyOrder(["1", 0], ["4", 0], ["0 2 3 5", 0]);
    },
  },
  {
    title: "an event that runs alone is an ordinary start: once for its id, and at its time",
    functions: ({ client, event, note }) => [
      client.createFunction(
        {
          id: "alone-as-usual",
          triggers: { event: event("item") },
          batchEvents: { maxSize: 10, timeout: "1s", if: "event.data.alone != true" },
        },
        ({ events }) => note(numbersOf(events)),
      ),
    ],
    async run(trial) {
      const id = `alone-${trial.now}-${Math.random()}`;
      const item = (n: number, alone: boolean) => ({ name: "item", data: { n, alone } });
      await trial.send({ ...item(1, true), id }, { ...item(1, true), id }, { ...item(2, true), ts: trial.now + 3_000 });
      await trial.expectNotes(["1", 0], ["2", 3_000]);
    },
  },
];
