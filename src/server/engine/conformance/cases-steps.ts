import type { Case } from "./trial";

export const stepCases: Case[] = [
  {
    title: "each step runs once, and the function sees its results in every later call",
    functions: ({ client, event, note, call }) => [
      client.createFunction({ id: "memo", triggers: { event: event("memo") } }, async ({ step, runId, attempt }) => {
        call(`call ${attempt}`);
        const a = await step.run("a", () => (note("a"), { value: 1, data: "kept" }));
        const b = await step.run("b", () => (note("b"), undefined));
        const again = await step.run("a", () => (note("a again"), [a.value]));
        note(JSON.stringify({ a, b, again }));
        return { a, b, again, id: runId.length };
      }),
    ],
    async run(trial) {
      await trial.send({ name: "memo" });
      await trial.expectEnded("memo", {
        status: "completed",
        result: { a: { value: 1, data: "kept" }, b: null, again: [1], id: 26 },
      });
      await trial.expectNotes(
        ["a", 0],
        ["b", 0],
        ["a again", 0],
        ['{"a":{"value":1,"data":"kept"},"b":null,"again":[1]}', 0],
      );
      trial.expectCalls("call 0", "call 0", "call 0", "call 0");
    },
  },
  {
    title: "parallel steps run each once, and the function goes on when all have ended",
    functions: ({ client, event, note, call }) => [
      client.createFunction({ id: "parallel", triggers: { event: event("parallel") } }, async ({ step }) => {
        call("call");
        const results = await Promise.all([
          step.run("a", () => (note("a"), 1)),
          step.run("b", () => (note("b"), 2)),
          step.sleep("nap", "2s"),
        ]);
        return step.run("sum", () => (note(`sum ${JSON.stringify(results)}`), results.slice(0, 2)));
      }),
    ],
    async run(trial) {
      await trial.send({ name: "parallel" });
      await trial.expectEnded("parallel", { status: "completed", result: [1, 2] });
      await trial.expectNotesInAnyOrder(["a", 0], ["b", 0], ["sum [1,2,null]", 2_000]);
      // One call finds the three steps, two calls run the parallel ones, one runs "sum", and one returns.
      trial.expectCalls("call", "call", "call", "call", "call");
    },
  },
  {
    title: "sleep and sleepUntil wake at their time, not before",
    functions: ({ client, event, note, call }) => [
      client.createFunction({ id: "naps", triggers: { event: event("naps") } }, async (ctx) => {
        call("call");
        await ctx.step.sleep("short", 2_000);
        await ctx.step.run("woken", () => note("woken"));
        await ctx.step.sleepUntil("until", new Date(ctx.event.data.until as number));
        note("rested");
        return "rested";
      }),
    ],
    async run(trial) {
      await trial.send({ name: "naps", data: { until: trial.now + 4_000 } });
      await trial.expectNotes(["woken", 2_000], ["rested", 4_000]);
      await trial.expectEnded("naps", { status: "completed", result: "rested" });
      trial.expectCalls("call", "call", "call", "call");
    },
  },
  {
    title: "sendEvent in a step starts the listeners, once",
    functions: ({ client, event, note }) => [
      client.createFunction({ id: "parent", triggers: { event: event("parent") } }, async ({ step }) => {
        const { ids } = await step.sendEvent(
          "fan out",
          [1, 2].map((n) => ({ name: event("child"), data: { n } })),
        );
        await step.run("sent", () => note(`sent ${ids.length}`));
        return "sent";
      }),
      client.createFunction({ id: "child", triggers: { event: event("child") } }, (ctx) =>
        note(`child ${String(ctx.event.data.n)}`),
      ),
    ],
    async run(trial) {
      await trial.send({ name: "parent" });
      await trial.expectEnded("parent", { status: "completed", result: "sent" });
      await trial.expectNotesInAnyOrder(["sent 2", 0], ["child 1", 0], ["child 2", 0]);
    },
  },
];
