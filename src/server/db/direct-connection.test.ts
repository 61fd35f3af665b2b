import { expect, onTestFinished, test } from "vitest";
import { startDatabaseProxy, type Rewrite } from "@/server/engine/testing-proxy";
import { useTestContext } from "@/test/use-test-context";
import { assertDirectConnection } from "./direct-connection";
import { StartProblem } from "./start-problem";

const { database } = useTestContext();

const NOTIFICATION_RESPONSE = "A".charCodeAt(0);
const HEADER_BYTES = 5;

/** Passes a server's messages on, except its notifications (PostgreSQL manual, "Message Formats"). */
function withoutNotifications(): Rewrite {
  let pending = Buffer.alloc(0);
  return {
    toClient(bytes) {
      const received = Buffer.concat([pending, bytes]);
      const passed: Buffer[] = [];
      let at = 0;
      while (received.length >= at + HEADER_BYTES) {
        const end = at + 1 + received.readUInt32BE(at + 1);
        if (end > received.length) break;
        if (received[at] !== NOTIFICATION_RESPONSE) passed.push(received.subarray(at, end));
        at = end;
      }
      pending = Buffer.from(received.subarray(at));
      return Buffer.concat(passed);
    },
  };
}

test("a start goes on where a notification reaches the other connection", async () => {
  await expect(assertDirectConnection(database.connectionString)).resolves.toBeUndefined();
});

test("a start behind a pooler that keeps no sessions ends with a line that says what to change", async () => {
  // Simulates a pooler in transaction mode, which has changed the session that listens by the time of the notification.
  const pooler = await startDatabaseProxy(database.connectionString, withoutNotifications);
  onTestFinished(() => pooler.close());
  const check = assertDirectConnection(pooler.url, 200);
  await expect(check).rejects.toThrow(StartProblem);
  await expect(check).rejects.toThrow(/a pooler in session mode/);
});
