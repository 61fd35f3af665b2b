import { expect, test } from "vitest";
import { createRequestPlaces } from "./request-places";

const WAIT_MS = 60_000;

test("a project alone takes half of the places", async () => {
  const places = createRequestPlaces(10);
  expect(await places.take("a", 100, 0)).toBe(5);
  expect(await places.take("a", 1, 0)).toBe(0);
  expect(await places.take("b", 100, 0)).toBe(3);
});

test("a waiting run gets the next free place, in turns among projects", async () => {
  const places = createRequestPlaces(2);
  expect(await places.take("a", 2, 0)).toBe(1);
  expect(await places.take("b", 2, 0)).toBe(1);
  const order: string[] = [];
  const waiting = ["a", "a", "c", "d"].map((projectId) =>
    places.take(projectId, 1, WAIT_MS).then((count) => {
      expect(count).toBe(1);
      order.push(projectId);
      places.give(projectId, count);
    }),
  );
  places.give("a", 1);
  await Promise.all(waiting);
  expect(order).toHaveLength(4);
  expect(order.indexOf("d")).toBeLessThan(order.lastIndexOf("a"));
});

test("a run that times out gets no place, and takes none later", async () => {
  const places = createRequestPlaces(2);
  await places.take("a", 1, 0);
  await places.take("b", 1, 0);
  expect(await places.take("c", 1, 1)).toBe(0);
  places.give("a", 1);
  places.give("b", 1);
  expect(await places.take("d", 5, 0)).toBe(1);
});
