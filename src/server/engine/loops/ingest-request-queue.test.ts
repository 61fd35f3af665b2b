import { expect, test } from "vitest";
import type { EngineEvent } from "../event";
import { IngestRequestQueue, type IngestRequest } from "./ingest-request-queue";

const request = (owner: string, chars: number, events = 1): IngestRequest => ({
  owner,
  chars,
  events: Array.from({ length: events }, () => ({}) as EngineEvent),
  resolve: () => undefined,
  reject: () => undefined,
});
const described = (requests: IngestRequest[]): string[] => requests.map(({ owner, chars }) => `${owner}${chars}`);

test("owners take turns, so that a request is behind one of each owner at the most, not behind a flood", () => {
  const queue = new IngestRequestQueue({ requestsMax: 3, eventsMax: 100, charsMax: 100 });
  for (let n = 1; n <= 5; n++) queue.push(request("flood", n));
  queue.push(request("calm", 1));
  expect(described(queue.take())).toEqual(["flood1", "calm1", "flood2"]);
  queue.push(request("calm", 2));
  expect(described(queue.take())).toEqual(["flood3", "calm2", "flood4"]);
  expect(described(queue.take())).toEqual(["flood5"]);
  expect(queue.take()).toEqual([]);
});

test("a transaction takes as many events and characters as it may, and always one request", () => {
  const queue = new IngestRequestQueue({ requestsMax: Infinity, eventsMax: 10, charsMax: 100 });
  for (const [chars, events] of [
    [500, 1],
    [60, 1],
    [60, 1],
    [1, 20],
    [1, 5],
    [2, 6],
  ] as const)
    queue.push(request("a", chars, events));
  const taken = Array.from({ length: 6 }, () => described(queue.take()));
  expect(taken).toEqual([["a500"], ["a60"], ["a60"], ["a1"], ["a1"], ["a2"]]);
});
