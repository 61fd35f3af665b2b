import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startReceiver, type Receiver } from "@/test/receiver";
import { rawAnswers, rawAnswersWritten, type RawMode } from "@/test/receiver-modes";
import { createSender, type SendResult, type Sender } from "./send";

/** The outcome of each kind of answer. The receiver gets one request in every case. */

const delivered = (status: number, body = "ok") => ({ kind: "response", status, body });
const broken = (code: string, phase: string, answer?: object) => ({
  kind: "error",
  code,
  phase,
  ...(answer ? { answer } : {}),
});
const invalid = broken("protocol", "headers");

const expected: Record<RawMode, object> = {
  "raw-200": delivered(200),
  "100": delivered(200),
  "100-in-one-packet": delivered(200),
  "100-with-headers": delivered(200),
  // Node's parser takes both for the end of the connection.
  "100-with-close": invalid,
  "100-http-1.0": invalid,
  "100-twenty-times": delivered(200),
  "100-cut-in-two": delivered(200),
  "102-103-199": delivered(200),
  "100-then-204": delivered(204, ""),
  "100-after-the-body": delivered(200),
  "100-without-end": invalid,
  "100-and-silence": broken("timeout", "headers"),
  "100-then-close": broken("reset", "headers"),
  "101-upgrade": invalid,
  "101-bare": invalid,
  "101-then-200": invalid,
  "100-then-101": invalid,
  "204-with-length": delivered(204, ""),
  "204-with-body": delivered(204, ""),
  "204-with-body-unannounced": delivered(204, ""),
  "204-chunked": delivered(204, ""),
  "204-then-reset": delivered(204, ""),
  "205-with-length": delivered(205, ""),
  "205-bare": delivered(205, ""),
  "304-with-length": delivered(304, ""),
  "200-http-1.0": delivered(200, "old"),
  "200-without-reason": delivered(200),
  "200-until-close": delivered(200, "until the end"),
  "200-chunked-with-trailer": delivered(200),
  // Folded headers are obsolete. Node's parser refuses them unless it is set to be insecure.
  "200-with-folded-header": invalid,
  "200-after-empty-lines": delivered(200),
  "200-then-junk": delivered(200),
  "200-twice": delivered(200),
  "200-then-more": delivered(200),
  "two-lengths": invalid,
  "two-equal-lengths": invalid,
  "length-and-chunked": invalid,
  "length-not-a-number": invalid,
  "length-negative": invalid,
  "nul-in-header": invalid,
  "space-before-colon": invalid,
  "header-without-colon": invalid,
  "lower-case-http": invalid,
  "http-2": invalid,
  "status-099": invalid,
  "status-of-two-digits": invalid,
  "chunk-size-junk": broken("protocol", "body", { status: 200 }),
  "410-chunk-size-junk": broken("protocol", "body", { status: 410 }),
  "body-too-short": broken("reset", "body", { status: 200, body: "abc", bodyTruncated: true }),
  "410-body-too-short": broken("reset", "body", { status: 410 }),
  "410-then-reset": broken("reset", "body", { status: 410 }),
  "429-body-too-short": broken("reset", "body", {
    status: 429,
    headers: expect.arrayContaining([
      ["retry-after", "900"],
      ["content-length", "5"],
    ]),
  }),
  "503-and-silence": broken("timeout", "total", { status: 503, body: "abc" }),
  "disable-body-too-short": broken("reset", "body", { status: 200 }),
  "abort-message-body-too-short": broken("reset", "body", { status: 500 }),
  "head-cut": broken("reset", "headers"),
  "head-cut-by-reset": broken("reset", "headers"),
};

const timeouts = { connectMs: 5000, headersMs: 5000, totalMs: 5000 };
const silenceTimeouts = { connectMs: 5000, headersMs: 150, totalMs: 300 };
const send = (
  sender: Sender,
  url: string,
  {
    body = "{}",
    waits = timeouts,
  }: { body?: string; waits?: { connectMs: number; headersMs: number; totalMs: number } } = {},
): Promise<SendResult> => sender.send({ url, method: "POST", headers: {}, body, timeouts: waits });
const senderTo = (allowedHosts: string[], extraCa?: string): Sender =>
  createSender({ policy: { allowHttp: false, allowedPorts: [], allowedHosts }, ...(extraCa ? { extraCa } : {}) });
/** Waits until a connection is free again, a turn of the event loop after its answer. */
const turns = async (): Promise<void> => {
  await nextTurn();
  await nextTurn();
};

describe.each([
  ["http", "first"],
  ["http", "reused"],
  ["https", "reused"],
] as const)("over %s, on a %s connection", (scheme, connection) => {
  let receiver: Receiver;
  let sender: Sender;
  beforeAll(async () => {
    receiver = await startReceiver(scheme === "https" ? { tls: "valid" } : {});
    sender = senderTo(receiver.allowedHosts, receiver.ca);
  });
  afterAll(async () => {
    await sender.close();
    await receiver.close();
  });
  beforeEach(async () => {
    if (connection === "first") {
      await sender.close();
      sender = senderTo(receiver.allowedHosts, receiver.ca);
    } else {
      expect(await send(sender, receiver.url("raw-200"))).toMatchObject({ status: 200 });
      await turns();
    }
    receiver.clear();
  });

  test.each(Object.keys(rawAnswers) as RawMode[])("%s", async (mode) => {
    const waits = mode.endsWith("silence") ? silenceTimeouts : timeouts;
    expect(await send(sender, receiver.url(mode), { body: "{}", waits })).toMatchObject(expected[mode]);
    expect(receiver.requests).toHaveLength(1);
    // The remainder of one answer must not become the answer to another request.
    await rawAnswersWritten();
    await turns();
    expect(await send(sender, receiver.url("raw-200", "next"))).toMatchObject(delivered(200));
    expect(receiver.requests.map(({ path }) => path)).toEqual([`/${mode}`, "/raw-200/next"]);
  });
});

test("an incomplete answer is reported as incomplete and not as invalid HTTP", async () => {
  const receiver = await startReceiver();
  const sender = senderTo(receiver.allowedHosts);
  expect(await send(sender, receiver.url("head-cut"))).toMatchObject({
    message: "The server closed the connection before the whole answer had arrived.",
  });
  expect(await send(sender, receiver.url("two-lengths"))).toMatchObject({
    message: expect.stringContaining("not valid HTTP"),
  });
  await sender.close();
  await receiver.close();
});

describe("a connection is kept after an answer without a body", () => {
  test.each([
    ["204", true],
    ["100-then-204", true],
    ["204-with-length", false],
    ["205-bare", false],
    ["304-with-length", false],
  ])("after %s: %s", async (mode, isKept) => {
    const receiver = await startReceiver();
    const sender = senderTo(receiver.allowedHosts);
    await send(sender, receiver.url(mode));
    await turns();
    await send(sender, receiver.url("204"));
    expect(receiver.connectionCount()).toBe(isKept ? 1 : 2);
    await sender.close();
    await receiver.close();
  });
});

describe("a receiver that answers before it has read the request", () => {
  const large = JSON.stringify({ text: "x".repeat(240_000) });

  test.each([
    ["200 and the end", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "end", delivered(200)],
    [
      "413 and the end",
      "HTTP/1.1 413 Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno",
      "end",
      delivered(413, "no"),
    ],
    ["413 and a reset", "HTTP/1.1 413 Large\r\ncontent-length: 2\r\n\r\nno", "reset", delivered(413, "no")],
    ["413 without a body and a reset", "HTTP/1.1 413 Large\r\ncontent-length: 0\r\n\r\n", "reset", delivered(413, "")],
    [
      "half of a 413 and a reset",
      "HTTP/1.1 413 Large\r\ncontent-length: 9\r\n\r\nno",
      "reset",
      broken("reset", "body", { status: 413, body: "no" }),
    ],
    ["200 and silence", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "nothing", delivered(200)],
  ])("%s: the status counts, and one request is sent", async (_what, answer, then, outcome) => {
    let requests = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      socket.once("data", () => {
        requests += 1;
        socket.pause().write(answer, () => {
          if (then === "end") socket.end();
          if (then === "reset") setTimeout(() => socket.resetAndDestroy(), 50);
        });
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sender = senderTo([host]);
    expect(await send(sender, `http://${host}/`, { body: large })).toMatchObject(outcome);
    expect(requests).toBe(1);
    await sender.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
