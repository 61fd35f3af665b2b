import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { assertDirectConnection } from "./direct-connection";
import { StartProblem } from "./start-problem";

const { database } = useTestContext();

const NOTIFICATION_RESPONSE = "A".charCodeAt(0);
const HEADER_BYTES = 5;

/** The messages of a server without its notifications (PostgreSQL manual, "Message Formats"), and the incomplete rest. */
function withoutNotifications(received: Buffer): { passed: Buffer; rest: Buffer } {
  const passed: Buffer[] = [];
  let at = 0;
  while (received.length >= at + HEADER_BYTES) {
    const end = at + 1 + received.readUInt32BE(at + 1);
    if (end > received.length) break;
    if (received[at] !== NOTIFICATION_RESPONSE) passed.push(received.subarray(at, end));
    at = end;
  }
  return { passed: Buffer.concat(passed), rest: received.subarray(at) };
}

/** Simulates a pooler in transaction mode: the session that listens is another one by the time of the notification. */
async function startTransactionPooler(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const server = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    let pending = Buffer.alloc(0);
    far.on("data", (chunk) => {
      const { passed, rest } = withoutNotifications(Buffer.concat([pending, chunk]));
      pending = Buffer.from(rest);
      near.write(passed);
    });
    far.on("end", () => near.end());
    near.pipe(far);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const pooled = new URL(databaseUrl);
  pooled.port = String((server.address() as AddressInfo).port);
  return pooled.href;
}

test("a start goes on where a notification reaches the other connection", async () => {
  await expect(assertDirectConnection(database.connectionString)).resolves.toBeUndefined();
});

test("a start behind a pooler that keeps no sessions ends with a line that says what to change", async () => {
  const check = assertDirectConnection(await startTransactionPooler(database.connectionString), 200);
  await expect(check).rejects.toThrow(StartProblem);
  await expect(check).rejects.toThrow(/a pooler in session mode/);
});
