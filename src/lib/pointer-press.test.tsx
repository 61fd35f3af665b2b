import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fireEvent } from "@testing-library/react";
import { createTRPCClient } from "@trpc/client";
import superjson from "superjson";
import { expect, onTestFinished, test } from "vitest";
import type { AppRouter } from "@/server/api/root";
import { runOutsidePress } from "./pointer-press";
import { makeTrpcLinks } from "./trpc/links";

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0));

test.each(["click", "pointercancel"])(
  "changes wait until a press ends with %s, and then run in their order",
  async (end) => {
    const done: number[] = [];
    runOutsidePress(() => done.push(0));
    expect(done).toEqual([0]);
    fireEvent.pointerDown(document.body);
    runOutsidePress(() => done.push(1));
    runOutsidePress(() => done.push(2));
    await nextTask();
    expect(done).toEqual([0]);
    document.body.addEventListener(end, () => done.push(3), { once: true });
    fireEvent(document.body, new Event(end, { bubbles: true }));
    await nextTask();
    expect(done).toEqual([0, 3, 1, 2]);
  },
);

test("a press without a click, or without a release, holds a change back for a moment only", async () => {
  for (const end of [() => fireEvent.pointerUp(document.body), () => undefined]) {
    fireEvent.pointerDown(document.body);
    end();
    await new Promise<void>(runOutsidePress);
  }
});

test("the answer to a query comes in after the press", async () => {
  const answer = JSON.stringify([{ result: { data: superjson.serialize([]) } }]);
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  const server = createServer((_, response) => response.writeHead(200, headers).end(answer));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  let isAnswered = false;
  const ask = async (...given: Parameters<typeof fetch>) => {
    const response = await fetch(...given);
    fireEvent.pointerDown(document.body);
    isAnswered = true;
    return response;
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createTRPCClient<AppRouter>({ links: makeTrpcLinks(url, { fetch: ask }) });
  let rows: unknown;
  const query = client.project.list.query().then((list) => (rows = list));
  while (!isAnswered) await nextTask();
  await nextTask();
  expect(rows).toBeUndefined();
  fireEvent.click(document.body);
  expect(await query).toEqual([]);
});
