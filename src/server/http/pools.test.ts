import { afterEach, beforeEach, expect, test } from "vitest";
import { startReceiver, type Receiver } from "@/test/receiver";
import { createPools } from "./pools";
import { createSender } from "./send";

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

test("an origin keeps its pool while it is used, and loses it after a minute without use", async () => {
  let now = 0;
  const pools = createPools({}, () => now);
  const first = pools.of("https://a.example.com");
  now = 50_000;
  expect(pools.of("https://a.example.com")).toBe(first);
  expect(pools.of("https://b.example.com")).not.toBe(first);
  now = 109_000;
  pools.of("https://b.example.com");
  expect(pools.of("https://a.example.com")).toBe(first);
  now = 169_000;
  pools.of("https://b.example.com");
  expect(pools.of("https://a.example.com")).not.toBe(first);
  await pools.destroy();
});

test("after a burst of responses that were broken off, connections are reused as before", async () => {
  const sender = createSender({ policy: { allowHttp: false, allowedPorts: [], allowedHosts: receiver.allowedHosts } });
  const send = (mode: string) =>
    sender.send({
      url: receiver.url(mode),
      method: "POST",
      headers: {},
      body: "{}",
      timeouts: { connectMs: 2000, headersMs: 2000, totalMs: 4000 },
    });
  await Promise.all(Array.from({ length: 40 }, () => send("endless")));
  await receiver.waitForConnections(0);
  const before = receiver.connectionCount();
  for (let count = 0; count < 100; count += 1) await send("200");
  // two: a connection is free again only a turn of the event loop after its response, so they take turns
  expect(receiver.connectionCount() - before).toBeLessThanOrEqual(2);
  await sender.close();
});
