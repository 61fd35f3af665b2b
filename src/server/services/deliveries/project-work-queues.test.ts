import { expect, test } from "vitest";
import { createProjectWorkQueues } from "./project-work-queues";

/** Starts work that ends when the test says so. `running` holds the names of the work that runs. */
function startWork(turns: ReturnType<typeof createProjectWorkQueues>, running: Set<string>) {
  return (projectId: string, name: string, error?: Error) => {
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const done = turns.run(projectId, async () => {
      running.add(name);
      await ended;
      running.delete(name);
      if (error) throw error;
      return name;
    });
    return { end, done };
  };
}

test("a project's work runs two at a time, in order, and no project waits for another", async () => {
  const running = new Set<string>();
  const start = startWork(createProjectWorkQueues(2), running);
  const [first, second, third] = ["first", "second", "third"].map((name) => start("busy", name));
  const other = start("quiet", "other");
  expect([...running]).toEqual(["first", "second", "other"]);
  first!.end();
  expect(await first!.done).toBe("first");
  await Promise.resolve();
  expect([...running]).toEqual(["second", "other", "third"]);
  for (const each of [second!, third!, other]) each.end();
  expect(await Promise.all([second!.done, third!.done, other.done])).toEqual(["second", "third", "other"]);
});

test("failed work gives its turn to the next", async () => {
  const running = new Set<string>();
  const start = startWork(createProjectWorkQueues(1), running);
  const failing = start("p", "failing", new Error("away"));
  const next = start("p", "next");
  failing.end();
  await expect(failing.done).rejects.toThrow("away");
  next.end();
  expect(await next.done).toBe("next");
});
