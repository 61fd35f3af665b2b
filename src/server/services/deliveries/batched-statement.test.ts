import { expect, test } from "vitest";
import type { ServiceContext } from "@/server/context";
import { createBatchedStatement } from "./batched-statement";
import { createProjectWorkQueues } from "./project-work-queues";

/** A statement that notes the requests of each call, and answers with the request. It fails for the request "bad". */
function makeStatement(error: Error = new Error("unreadable")) {
  const calls: string[][] = [];
  const statement = createBatchedStatement<string, string>(
    createProjectWorkQueues(1),
    async (_ctx, projectId, requests) => {
      calls.push(requests.map(({ actionId, ask }) => `${projectId} ${actionId} ${ask}`));
      if (requests.some(({ ask }) => ask === "bad")) throw error;
      return requests.map(({ ask }) => ask);
    },
  );
  return {
    calls,
    ask: (projectId: string, actionId: string, ask: string) => statement(ctx, { projectId, actionId }, ask),
  };
}
const ctx = {} as ServiceContext;

test("requests of a project's actions at one moment share a statement, and other projects have their own", async () => {
  const { calls, ask } = makeStatement();
  expect(await Promise.all([ask("p", "a", "1"), ask("p", "b", "2"), ask("q", "c", "3")])).toEqual(["1", "2", "3"]);
  expect(calls).toEqual([["p a 1", "p b 2"], ["q c 3"]]);
});

test("two requests of one action never share a statement", async () => {
  const { calls, ask } = makeStatement();
  const all = [ask("p", "a", "1"), ask("p", "a", "2"), ask("p", "b", "3"), ask("p", "a", "4")];
  expect(await Promise.all(all)).toEqual(["1", "2", "3", "4"]);
  expect(calls).toEqual([["p a 1", "p b 3"], ["p a 2"], ["p a 4"]]);
});

test("a statement serves at most 50 actions", async () => {
  const { calls, ask } = makeStatement();
  await Promise.all(Array.from({ length: 120 }, (_, n) => ask("p", `a${n}`, "")));
  expect(calls.map((call) => call.length)).toEqual([50, 50, 20]);
});

test("a request that fails does not fail the other requests of its statement", async () => {
  const { ask } = makeStatement();
  const all = await Promise.allSettled([ask("p", "a", "1"), ask("p", "b", "bad"), ask("p", "c", "3")]);
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("while the database is away, all requests of a statement fail after one try", async () => {
  const { calls, ask } = makeStatement(Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" }));
  const all = await Promise.allSettled([ask("p", "a", "1"), ask("p", "b", "bad")]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(calls).toHaveLength(1);
  expect(await ask("p", "a", "1")).toBe("1");
});
