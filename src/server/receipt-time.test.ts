import { once } from "node:events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createHttpServer, endConnections } from "@/cli/serve/http-server";
import { findFreePort } from "./db/embedded/postmaster";
import { createReceiptClock, RECEIPT_TIME_HEADER } from "./receipt-time";

test("readings rise, and each is the wall clock's millisecond, as far as there is a microsecond left in it", () => {
  const steps = fc.array(
    fc.tuple(fc.double({ min: 0.002, max: 5, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
    {
      minLength: 1,
      maxLength: 50,
    },
  );
  fc.assert(
    fc.property(steps, (moves) => {
      let monotonic = 0;
      let wall = 1_796_000_000_000;
      const clock = createReceiptClock({ origin: wall, monotonicMs: () => monotonic, wallMs: () => Math.floor(wall) });
      let last = 0;
      let highest = 0;
      for (const [passed, drift] of moves) {
        monotonic += passed;
        wall += Math.max(passed + drift, 0);
        highest = Math.max(highest, Math.floor(wall));
        const reading = clock();
        expect(reading).toBeGreaterThan(last);
        expect(reading).toBeGreaterThanOrEqual(highest * 1_000);
        expect(reading).toBeLessThan(highest * 1_000 + 1_000 + moves.length);
        last = reading;
      }
    }),
  );
});

test("a clock that is set back does not reverse the order", () => {
  let wall = 1_796_000_000_000;
  const clock = createReceiptClock({ origin: wall, monotonicMs: () => 0, wallMs: () => wall });
  const before = clock();
  wall -= 3_600_000;
  expect([clock(), clock()]).toEqual([before + 1, before + 2]);
});

test("two processes that started at different times agree to the millisecond", () => {
  const clocks = [0, 0.4].map((late) =>
    createReceiptClock({
      origin: 1_796_000_000_000 + late,
      monotonicMs: () => 50 - late,
      wallMs: () => 1_796_000_000_050,
    }),
  );
  const [one, other] = clocks.map((clock) => clock());
  expect(Math.abs(one! - other!)).toBeLessThanOrEqual(1);
});

test("the server notes the time over the sender's value", async () => {
  const server = createHttpServer((request, response) => response.end(request.headers[RECEIPT_TIME_HEADER]));
  const port = await findFreePort();
  server.listen(port);
  await once(server, "listening");
  const readings: number[] = [];
  for (let sent = 0; sent < 2; sent++) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { [RECEIPT_TIME_HEADER]: "1" } });
    readings.push(Number(await response.text()));
  }
  await endConnections(server, { idleMs: 0, boundMs: 100 });
  expect(readings[1]).toBeGreaterThan(readings[0]!);
  expect(Math.abs(readings[0]! / 1_000 - Date.now())).toBeLessThan(60_000);
});
