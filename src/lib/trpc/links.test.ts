import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTRPCClient } from "@trpc/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppRouter } from "@/server/api/root";
import { makeTrpcLinks, NO_ANSWER } from "./links";

const proxy = createServer((_, response) => response.writeHead(502).end("<html>Bad gateway</html>"));
let url: string;
beforeAll(async () => {
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => void proxy.close());

test("a call without an answer of the API says so in words for people, at a proxy's page and at no server at all", async () => {
  const create = (at: string) => createTRPCClient<AppRouter>({ links: makeTrpcLinks(at) }).project.create;
  await expect(create(url).mutate({ name: "x" })).rejects.toThrow(NO_ANSWER);
  await expect(create("http://127.0.0.1:1").mutate({ name: "x" })).rejects.toThrow(NO_ANSWER);
});
