import { NonRetriableError, RetryAfterError } from "inngest";
import { expect } from "vitest";
import type { Case } from "./trial";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The waits of Inngest's retry table, without the jitter of up to 30 s. */
const TABLE = [
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  40 * MINUTE,
  60 * MINUTE,
  120 * MINUTE,
  120 * MINUTE,
];
const JITTER_MAX = 30 * SECOND;

type FailureContext = { error: Error; event: { data: { event: { data: unknown }; function_id: string } } };

const soon = (message: string) => new RetryAfterError(message, SECOND);

/** Cases about errors in functions and their retries. */
export const failureCases: Case[] = [
  {
    title: "each step has its own tries, counted from 0",
    functions: ({ client, event, note }) => [
      client.createFunction(
        { id: "tries", retries: 2, triggers: { event: event("tries") } },
        async ({ step, attempt, maxAttempts }) => {
          await step.run("a", () => {
            note(`a ${attempt}/${maxAttempts ?? ""}`);
            if (attempt < 2) throw soon("not yet");
          });
          await step.run("b", () => {
            note(`b ${attempt}/${maxAttempts ?? ""}`);
            if (attempt < 1) throw soon("not yet");
          });
          return "done";
        },
      ),
    ],
    async run(trial) {
      await trial.send({ name: "tries" });
      await trial.expectNotes(["a 0/3", 0], ["a 1/3", 1_000], ["a 2/3", 2_000], ["b 0/3", 2_000], ["b 1/3", 3_000]);
      await trial.expectEnded("tries", { status: "completed", result: "done" });
    },
  },
  {
    title: "without retries of its own a function is tried five times, and a step that succeeded is not run again",
    clockOnly: "the waits are minutes",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "five", triggers: { event: event("five") } }, async ({ step, attempt }) => {
        await step.run("kept", () => note("kept"));
        note(`try ${attempt}`);
        throw new Error("always");
      }),
    ],
    async run(trial) {
      await trial.send({ name: "five" });
      const at = [0, 10_000, 30_000, 60_000, 100_000];
      await trial.expectNotes(["kept", 0], ...at.map((time, n): [string, number] => [`try ${n}`, time]));
      await trial.expectEnded("five", { status: "failed", message: "always" });
    },
  },
  {
    title: "tries wait by Inngest's table, each with a jitter of its own of up to 30 s",
    clockOnly: "the waits are hours",
    retryTable: true,
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "table", retries: 11, triggers: { event: event("table") } }, ({ attempt }) => {
        note(`try ${attempt}`);
        throw new Error("always");
      }),
    ],
    async run(trial) {
      await trial.send({ name: "table" });
      await trial.expectEnded("table", { status: "failed", message: "always" });
      const times = trial.times();
      const jitters = TABLE.map((wait, n) => (times[n + 1] ?? NaN) - (times[n] ?? NaN) - wait);
      expect(jitters.filter((jitter) => !(jitter >= 0 && jitter <= JITTER_MAX))).toEqual([]);
      expect(new Set(jitters).size).toBeGreaterThan(TABLE.length / 2);
      expect(trial.texts()).toEqual(Array.from({ length: 12 }, (_, n) => `try ${n}`));
    },
  },
  {
    title: "a step that used up its tries throws into the function, which may catch it",
    functions: ({ client, event, note }) =>
      [true, false].map((caught) => {
        const id = caught ? "caught" : "thrown";
        return client.createFunction(
          { id, retries: 1, triggers: { event: event("go") } },
          async ({ step, attempt }) => {
            try {
              await step.run("fails", () => {
                note(`${id} ${attempt}`);
                throw soon("always");
              });
            } catch (error) {
              if (!caught) throw error;
              const caughtIt = `caught ${(error as Error).message}`;
              note(caughtIt);
              return caughtIt;
            }
          },
        );
      }),
    async run(trial) {
      await trial.send({ name: "go" });
      await trial.expectEnded("caught", { status: "completed", result: "caught always" });
      await trial.expectEnded("thrown", { status: "failed", message: "always" });
      await trial.expectNotesInAnyOrder(
        ["caught 0", 0],
        ["caught 1", 1_000],
        ["caught always", 1_000],
        ["thrown 0", 0],
        ["thrown 1", 1_000],
      );
    },
  },
  {
    title: "of parallel steps only the one that failed is tried again",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "one-of-two", triggers: { event: event("go") } }, async ({ step, attempt }) => {
        const both = await Promise.all([
          step.run("good", () => (note(`good ${attempt}`), 1)),
          step.run("bad", () => {
            note(`bad ${attempt}`);
            if (attempt === 0) throw soon("not yet");
            return 2;
          }),
        ]);
        note(JSON.stringify(both));
        return both;
      }),
    ],
    async run(trial) {
      await trial.send({ name: "go" });
      await trial.expectEnded("one-of-two", { status: "completed", result: [1, 2] });
      await trial.expectNotesInAnyOrder(["good 0", 0], ["bad 0", 0], ["bad 1", 1_000], ["[1,2]", 1_000]);
    },
  },
  {
    title: "NonRetriableError ends a run at once",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "final", retries: 5, triggers: { event: event("go") } }, ({ attempt }) => {
        note(`try ${attempt}`);
        throw new NonRetriableError("no use");
      }),
    ],
    async run(trial) {
      await trial.send({ name: "go" });
      await trial.expectEnded("final", { status: "failed", message: "no use" });
      await trial.expectNotes(["try 0", 0]);
    },
  },
  {
    title: "RetryAfterError sets the wait before the next try",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "after", triggers: { event: event("go") } }, ({ attempt }) => {
        note(`try ${attempt}`);
        if (attempt === 0) throw new RetryAfterError("busy", "3s");
        return "done";
      }),
    ],
    async run(trial) {
      await trial.send({ name: "go" });
      await trial.expectNotes(["try 0", 0], ["try 1", 3_000]);
      await trial.expectEnded("after", { status: "completed", result: "done" });
    },
  },
  {
    title: "onFailure gets the error and the event of a run that failed, and only of its own function",
    functions: ({ client, event, note }) => [
      client.createFunction(
        {
          id: "fails",
          retries: 0,
          triggers: { event: event("go") },
          onFailure: (failure: FailureContext) =>
            note(
              JSON.stringify([failure.error.message, failure.event.data.event.data, failure.event.data.function_id]),
            ),
        },
        () => {
          throw new Error("broken");
        },
      ),
      client.createFunction({ id: "fails-too", retries: 0, triggers: { event: event("go") } }, () => {
        throw new Error("other");
      }),
    ],
    async run(trial) {
      await trial.send({ name: "go", data: { n: 1 } });
      await trial.expectEnded("fails", { status: "failed", message: "broken" });
      await trial.expectEnded("fails-too", { status: "failed", message: "other" });
      await trial.noted(1);
      const [error, data, functionId] = JSON.parse(trial.texts()[0] ?? "[]") as unknown[];
      expect([error, data]).toEqual(["broken", { n: 1 }]);
      expect(functionId).toMatch(/-fails$/);
      await trial.target.rest();
      expect(trial.texts()).toHaveLength(1);
    },
  },
];
