import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listHeaderValues } from "@/domain/header-list";
import { startReceiver, type Receiver } from "@/test/receiver";
import type { TlsVariant } from "@/test/receiver-tls";
import { createSender, type SendRequest, type SendResult, type Sender, type SenderOptions } from "./send";

const timeouts = { connectMs: 1000, headersMs: 1000, totalMs: 2000 };

const to = (url: string, extra: Partial<SendRequest> = {}): SendRequest => ({
  url,
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"a":1}',
  timeouts,
  ...extra,
});

function senderTo(receiver: Receiver, extra: Partial<SenderOptions> = {}): Sender {
  return createSender({
    policy: { allowHttp: false, allowedPorts: [], allowedHosts: receiver.allowedHosts },
    ...extra,
  });
}

/**
 * Sends, then waits until the connection is free: one turn of the event loop. A delivery writes to the database
 * meanwhile.
 */
async function sendAndFree(sender: Sender, request: SendRequest): Promise<SendResult> {
  const result = await sender.send(request);
  await nextTurn();
  await nextTurn();
  return result;
}

const PATIENT = { connectMs: 5_000, headersMs: 10_000, totalMs: 10_000 };

/** Keeps the event loop from running for so many ms. */
const stallEventLoop = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);

function response(result: SendResult): Extract<SendResult, { kind: "response" }> {
  if (result.kind !== "response") throw new Error(`no response: ${JSON.stringify(result)}`);
  return result;
}

describe("over http", () => {
  let receiver: Receiver;
  let sender: Sender;
  beforeAll(async () => {
    receiver = await startReceiver({ dripMs: 20 });
  });
  afterAll(() => receiver.close());
  beforeEach(() => {
    receiver.clear();
    sender = senderTo(receiver);
  });
  afterEach(() => sender.close());

  test("method, path, headers and the exact body arrive, and the answer comes back", async () => {
    const body = '{"b": 2,  "a":"caf\u00e9"}';
    const headers = { "X-Custom": "caf\u00e9", "webhook-id": "exe_1" };
    const result = await sender.send(to(receiver.url("200", "x?y=1"), { method: "PUT", headers, body }));
    expect(result).toMatchObject({ kind: "response", status: 200, body: "status 200", bodyTruncated: false });
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({ method: "PUT", path: "/200/x?y=1", rawBody: body });
    expect(receiver.requests[0]?.headers).toMatchObject({
      "x-custom": "caf\u00e9",
      "webhook-id": "exe_1",
      host: `127.0.0.1:${receiver.port}`,
    });
    expect(receiver.requests[0]?.headers).not.toHaveProperty("accept-encoding");
  });

  test.each([200, 204, 299, 400, 401, 404, 408, 410, 413, 429, 500, 502, 503, 504])(
    "status %d is a response",
    async (status) => {
      const result = response(await sender.send(to(receiver.url(String(status)))));
      expect(result.status).toBe(status);
      expect(result).not.toHaveProperty("stage");
    },
  );

  test.each([301, 302, 303, 307, 308])("a %d is recorded and not followed", async (status) => {
    const result = await sender.send(to(receiver.url(String(status))));
    expect(result).toMatchObject({
      kind: "response",
      status,
      stage: "redirect",
      headers: expect.arrayContaining([["location", "/200/followed"]]),
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test.each(["5", "5.4", "1e9", "junk"])("Retry-After: %s comes back as it was sent", async (value) => {
    const result = response(await sender.send(to(receiver.url(`429-retry-after-${value}`))));
    expect(listHeaderValues(result.headers, "retry-after").join()).toBe(value);
  });

  test.each(["disable", "abort-message"])("the receiver's wish to %s comes back", async (mode) => {
    const { headers } = response(await sender.send(to(receiver.url(mode))));
    expect(listHeaderValues(headers, "webhook-delivery").join()).toBe(mode);
  });

  test("an early hint is skipped, and the answer after it counts", async () => {
    expect(await sender.send(to(receiver.url("early-hints")))).toMatchObject({ status: 200, body: "after a hint" });
  });

  test.each([
    ["never", { code: "timeout", phase: "headers" }],
    ["slow-headers", { code: "timeout", phase: "headers" }],
    ["drip", { code: "timeout", phase: "total" }],
    ["reset-before", { code: "reset" }],
    ["reset-after", { code: "reset", phase: "headers" }],
    ["closed-mid-body", { code: "reset", phase: "body" }],
    ["closed-mid-chunk", { code: "reset", phase: "body" }],
    ["closed", { code: "refused", phase: "connect" }],
    ["big-headers", { code: "protocol", phase: "headers" }],
    ["broken-http", { code: "protocol", phase: "headers" }],
  ])("%s is an error of its kind, in words without an address", async (mode, expected) => {
    const short = { connectMs: 500, headersMs: 120, totalMs: 250 };
    const result = await sender.send(to(receiver.url(mode), { timeouts: short }));
    expect(result).toMatchObject({ kind: "error", ...expected });
    expect(result.kind === "error" && result.message).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(result)).not.toContain("127.0.0.1");
  });

  test("giving up closes the connection, and makes no other", async () => {
    const before = receiver.connectionCount();
    const short = { timeouts: { ...timeouts, headersMs: 60 } };
    expect(await sender.send(to(receiver.url("never"), short))).toMatchObject({ code: "timeout" });
    await receiver.waitForConnections(0);
    await sendAndFree(sender, to(receiver.url("200")));
    expect(receiver.connectionCount()).toBe(before + 2);
  });

  test("a drip of bytes does not hold the exchange beyond its deadline, and its connection is dropped", async () => {
    const result = await sender.send(to(receiver.url("drip"), { timeouts: { ...timeouts, totalMs: 150 } }));
    expect(result).toMatchObject({
      code: "timeout",
      phase: "total",
      message: "The exchange was not over within 0.15 seconds.",
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(145);
    await receiver.waitForConnections(0);
  });

  test.each(["endless", "large"])("of a body that is %s, 16 KB are read", async (mode) => {
    const result = response(await sender.send(to(receiver.url(mode))));
    expect(result).toMatchObject({ status: 200, bodyTruncated: true });
    expect(result.body).toHaveLength(16_384);
    await receiver.waitForConnections(0);
  });

  test("a body of exactly 16 KB is whole", async () => {
    const body = "c".repeat(16_384);
    const url = receiver.script("/exact", [{ status: 200, headers: { "content-length": "16384" }, body }]);
    expect(await sender.send(to(url))).toMatchObject({ body, bodyTruncated: false });
  });

  test("a character that the limit cuts in two is left out", async () => {
    const url = receiver.script("/cut", [{ status: 200, body: `a${"\u00e9".repeat(10_000)}` }]);
    const { body } = response(await sender.send(to(url)));
    expect(body).toBe(`a${"\u00e9".repeat(8191)}`);
  });

  test("a gzip bomb stays packed", async () => {
    const result = response(await sender.send(to(receiver.url("gzip-bomb"))));
    expect(result).toMatchObject({
      status: 200,
      bodyTruncated: true,
      headers: expect.arrayContaining([["content-encoding", "gzip"]]),
    });
    expect(result.body.length).toBeLessThanOrEqual(16_384);
  });

  test("text that PostgreSQL cannot store is replaced; headers are latin1", async () => {
    const result = response(await sender.send(to(receiver.url("odd-bytes"))));
    expect(result.body).toBe("\uFEFFa\uFFFDb\uFFFDc\uFFFD\uFFFD\uFFFD\n");
    expect(listHeaderValues(result.headers, "x-latin1").join()).toBe("caf\u00e9");
  });

  test("connections are kept alive and used again", async () => {
    const before = receiver.connectionCount();
    for (const key of ["a", "b", "c"]) await sendAndFree(sender, to(receiver.url("200", key)));
    expect(receiver.requests).toHaveLength(3);
    expect(receiver.connectionCount()).toBe(before + 1);
  });

  test("after a burst of responses that were broken off, connections are reused as before", async () => {
    await Promise.all(Array.from({ length: 40 }, () => sender.send(to(receiver.url("endless")))));
    await receiver.waitForConnections(0);
    const before = receiver.connectionCount();
    for (let count = 0; count < 100; count += 1) await sendAndFree(sender, to(receiver.url("200")));
    expect(receiver.connectionCount() - before).toBe(1);
  });

  test("a connection that is idle for some seconds is closed", async () => {
    await sendAndFree(sender, to(receiver.url("200")));
    await receiver.waitForConnections(1);
    await receiver.waitForConnections(0, 10_000);
  });

  test("bytes that arrive on an idle connection are no answer to the next request", async () => {
    const url = receiver.url("200-then-more");
    await sendAndFree(sender, to(url));
    await receiver.waitForConnections(0);
    expect(await sender.send(to(receiver.url("204")))).toMatchObject({ status: 204 });
  });

  test("requests at the same time do not wait for each other", async () => {
    let answerSlow = (): void => undefined;
    const after = new Promise<void>((resolve) => (answerSlow = resolve));
    const slow = to(receiver.script("/slow", [{ status: 200, after }]), { timeouts: PATIENT });
    const pending = sender.send(slow);
    await receiver.waitFor(({ path }) => path === "/slow");
    expect(response(await sender.send(to(receiver.url("200")))).status).toBe(200);
    answerSlow();
    expect(response(await pending).status).toBe(200);
  });

  test("a kept-alive connection that turns out to be dead is replaced at once, within the same send", async () => {
    const url = receiver.url("reset-on-reuse");
    expect(response(await sendAndFree(sender, to(url))).status).toBe(200);
    const before = receiver.connectionCount();
    expect(response(await sendAndFree(sender, to(url))).status).toBe(200);
    expect(receiver.connectionCount()).toBe(before + 1);
    expect(receiver.requests).toHaveLength(3);
  });

  test("a dead kept-alive connection is replaced by a new one, although further dead ones are idle", async () => {
    const url = receiver.url("reset-on-reuse");
    const before = receiver.connectionCount();
    await Promise.all([0, 1, 2].map(() => sendAndFree(sender, to(url))));
    expect(receiver.connectionCount()).toBe(before + 3);
    expect(response(await sender.send(to(url))).status).toBe(200);
    expect(receiver.requests).toHaveLength(5);
  });

  test("a dead kept-alive connection is replaced, although this process notices late that it is dead", async () => {
    const url = receiver.url("reset-on-reuse");
    await sendAndFree(sender, to(url));
    const sent = sender.send(to(url, { timeouts: PATIENT }));
    await nextTurn();
    stallEventLoop(1_100);
    expect(response(await sent).status).toBe(200);
    expect(receiver.requests).toHaveLength(3);
  });

  test("a request that the receiver had for a second before a reset is not sent again", async () => {
    const url = receiver.url("reset-late-on-reuse");
    await sendAndFree(sender, to(url));
    expect(await sender.send(to(url, { timeouts: PATIENT }))).toMatchObject({ code: "reset", phase: "headers" });
    expect(receiver.requests).toHaveLength(2);
  });

  test("a reset on a new connection is not tried again, and a reset on a reused one only once", async () => {
    expect(await sender.send(to(receiver.url("reset-after")))).toMatchObject({ code: "reset" });
    expect(receiver.requests).toHaveLength(1);
    await sendAndFree(sender, to(receiver.url("200")));
    expect(await sender.send(to(receiver.url("reset-after")))).toMatchObject({ code: "reset" });
    expect(receiver.requests).toHaveLength(4);
  });

  test("an abort ends the request, and one that was aborted before is not sent", async () => {
    const controller = new AbortController();
    const pending = sender.send(to(receiver.url("never"), { signal: controller.signal }));
    await receiver.waitForCount(1);
    controller.abort();
    expect(await pending).toMatchObject({ kind: "error", code: "aborted", phase: "headers" });
    expect(await sender.send(to(receiver.url("200"), { signal: controller.signal }))).toMatchObject({
      code: "aborted",
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test("closing ends the requests on the wire, and nothing is sent after it", async () => {
    const pending = sender.send(to(receiver.url("never")));
    await receiver.waitForCount(1);
    await sender.close();
    expect(await pending).toMatchObject({ kind: "error", code: "aborted" });
    expect(await sender.send(to(receiver.url("200")))).toMatchObject({ kind: "error", code: "aborted" });
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([
    [{ host: "other.example" }],
    [{ Connection: "close" }],
    [{ "Content-Length": "1" }],
    [{ "transfer-encoding": "chunked" }],
    [{ expect: "100-continue" }],
    [{ upgrade: "websocket" }],
    [{ "Proxy-Authorization": "x" }],
    [{ "x-a": "1\r\nx-b: 2" }],
    [{ "x-a": "nul\0" }],
    [{ "x-a": "\u2713" }],
    [{ "bad name": "1" }],
    [{ "": "1" }],
  ])("the headers %j are refused, and nothing is sent", async (headers) => {
    const result = await sender.send(
      to(receiver.url("200"), { headers: headers as unknown as Record<string, string> }),
    );
    expect(result).toMatchObject({ kind: "error", code: "invalid_header" });
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("over https", () => {
  const withTls = async (
    tls: TlsVariant,
    act: (receiver: Receiver, sender: Sender) => Promise<void>,
  ): Promise<void> => {
    const receiver = await startReceiver({ tls });
    const sender = senderTo(receiver, { extraCa: receiver.ca });
    try {
      await act(receiver, sender);
    } finally {
      await sender.close();
      await receiver.close();
    }
  };

  test("a certificate of a trusted authority delivers, and the connection is kept", () =>
    withTls("valid", async (receiver, sender) => {
      expect(response(await sendAndFree(sender, to(receiver.url("200")))).status).toBe(200);
      expect(response(await sendAndFree(sender, to(receiver.url("200")))).status).toBe(200);
      expect(receiver.connectionCount()).toBe(1);
    }));

  test.each([
    ["self-signed", "The TLS certificate is self-signed."],
    ["expired", "The TLS certificate has expired."],
    ["wrong-host", "The TLS certificate was made for another host name."],
  ] as const)("a certificate that is %s is refused, and nothing is sent", (variant, message) =>
    withTls(variant, async (receiver, sender) => {
      const result = await sender.send(to(receiver.url("200")));
      expect(result).toMatchObject({ kind: "error", code: "tls", phase: "connect", message });
      expect(receiver.requests).toHaveLength(0);
    }),
  );

  test("a server that never begins TLS runs into the connect deadline", () =>
    withTls("valid", async (receiver, sender) => {
      const result = await sender.send(to(receiver.url("silent"), { timeouts: { ...timeouts, connectMs: 100 } }));
      expect(result).toMatchObject({
        code: "timeout",
        phase: "connect",
        message: "No connection could be made within 0.1 seconds.",
      });
    }));

  test("a server that speaks plain http is a TLS error", async () => {
    const receiver = await startReceiver();
    const sender = senderTo(receiver);
    const result = await sender.send(to(receiver.url("200").replace("http:", "https:")));
    expect(result).toMatchObject({
      kind: "error",
      code: "tls",
      message: "The server does not speak TLS on this port.",
    });
    await sender.close();
    await receiver.close();
  });
});

describe("names and addresses", () => {
  let receiver: Receiver;
  let asked: string[];
  let answers: string[][];
  let sender: Sender;
  const resolve: SenderOptions["resolve"] = async (host) => {
    asked.push(host);
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  beforeEach(async () => {
    receiver = await startReceiver();
    asked = [];
    const policy = { allowHttp: true, allowedPorts: [receiver.port], allowedHosts: [] };
    sender = createSender({ policy, resolve });
  });
  afterEach(async () => {
    await sender.close();
    await receiver.close();
  });

  test.each([
    ["alone", ["127.0.0.1"]],
    ["after a public one", ["93.184.216.34", "127.0.0.1"]],
    ["before a public one", ["127.0.0.1", "93.184.216.34"]],
    ["in IPv6 clothes", ["::ffff:127.0.0.1"]],
    ["with a zone", ["fe80::1%lo"]],
  ])("a private answer %s is refused without a connection", async (_what, addresses) => {
    answers = [addresses];
    const result = await sender.send(to(`http://hooks.example.com:${receiver.port}/`));
    expect(result).toMatchObject({ kind: "error", code: "blocked", stage: "dns", phase: "connect" });
    expect(JSON.stringify(result)).not.toMatch(/127\.0|93\.184|fe80/);
    expect(receiver.connectionCount()).toBe(0);
  });

  test("a name that was public a moment ago is refused when its answer turns private", async () => {
    answers = [["93.184.216.34"], ["127.0.0.1"]];
    const url = `http://rebind.example.com:${receiver.port}/`;
    expect(await sender.check(url)).toEqual({ ok: true });
    expect(await sender.send(to(url))).toMatchObject({ code: "blocked", stage: "dns-rebind" });
    expect(receiver.connectionCount()).toBe(0);
  });

  test("a connection resolves its name once, so that it dials the address that was checked", async () => {
    answers = [["127.0.0.1"], ["192.0.2.1"]];
    const url = `http://hooks.example.com:${receiver.port}/200`;
    const allowedHosts = [`hooks.example.com:${receiver.port}`];
    expect(response(await sender.send(to(url, { allowedHosts }))).status).toBe(200);
    expect(asked).toEqual(["hooks.example.com"]);
  });

  test("a connection made by one project's exemption does not serve a request without it", async () => {
    answers = [["127.0.0.1"]];
    const url = `http://hooks.example.com:${receiver.port}/200`;
    const exempted = await sender.send(to(url, { allowedHosts: [`hooks.example.com:${receiver.port}`] }));
    expect(response(exempted).status).toBe(200);
    expect(await sender.send(to(url))).toMatchObject({ kind: "error", code: "blocked" });
    expect(receiver.requests).toHaveLength(1);
  });

  test.each(["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"])(
    "the literal %s is refused without asking the resolver",
    async (host) => {
      const url = `http://${host}:${receiver.port}/200`;
      expect(await sender.send(to(url))).toMatchObject({ kind: "error", code: "blocked", stage: "ip" });
      expect(await sender.check(url)).toMatchObject({ ok: false, stage: "ip", final: true });
      expect(asked).toEqual([]);
      expect(receiver.connectionCount()).toBe(0);
    },
  );

  test("a name without an address is an error that may be tried again", async () => {
    answers = [[]];
    const url = "https://gone.example.com/";
    expect(await sender.send(to(url))).toMatchObject({ kind: "error", code: "dns", stage: "dns" });
    expect(await sender.check(url)).toMatchObject({ ok: false, stage: "dns", final: false });
  });

  test("a resolver that fails is an error that may be tried again, and its words are not repeated", async () => {
    const failing = createSender({
      policy: { allowHttp: false, allowedPorts: [], allowedHosts: [] },
      resolve: async () => {
        throw new Error("queryA ESERVFAIL from 10.9.8.7");
      },
    });
    const result = await failing.send(to("https://hooks.example.com/"));
    expect(result).toMatchObject({ kind: "error", code: "dns" });
    expect(JSON.stringify(result)).not.toContain("10.9.8.7");
    await failing.close();
  });

  test("a resolver that does not answer is a DNS fault at the connect deadline", async () => {
    const waiting = createSender({
      policy: { allowHttp: false, allowedPorts: [], allowedHosts: [] },
      resolve: () => new Promise(() => undefined),
    });
    const result = await waiting.send(to("https://hooks.example.com/", { timeouts: { ...timeouts, connectMs: 60 } }));
    expect(result).toMatchObject({ code: "dns", stage: "dns", phase: "connect" });
    await waiting.close();
  });

  test("a sender without a resolver of its own resolves names", async () => {
    const local = senderTo(receiver, {
      policy: { allowHttp: false, allowedPorts: [], allowedHosts: [`localhost:${receiver.port}`] },
    });
    expect(response(await local.send(to(`http://localhost:${receiver.port}/200`))).status).toBe(200);
    await local.close();
  });
});
