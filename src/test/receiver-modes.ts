import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";

/**
 * Modes in which the receiver misbehaves. Other modes are a status as its number ("204", "503"), and
 * "429-retry-after-<x>", which sends that value (`date` is in a minute, `past-date` a day ago). A redirect points at
 * /200/followed.
 */
type Misbehaviour =
  | "never" // takes the request and stays silent
  | "slow-headers" // a header line every `dripMs`, for ever
  | "drip" // headers at once, then a byte every `dripMs`, for ever
  | "reset-after" // resets once it has the whole request
  | "reset-on-reuse" // answers the first request of a connection and resets at the second
  | "reset-late-on-reuse" // the same, but resets 1.3 s after the second request
  | "closed-mid-body" // announces 1,000 bytes, sends 10
  | "closed-mid-chunk" // the same in chunks
  | "endless" // a body without end, as fast as it goes
  | "gzip-bomb" // 50 MB of zeros in 50 KB
  | "big-headers" // 40 KB
  | "broken-http" // not HTTP
  | "odd-bytes" // NUL, broken UTF-8 and a byte order mark
  | "large" // 20,000 bytes, complete
  | "early-hints" // a 103 before the 200
  | "disable" // 200 that asks to switch the action off
  | "abort-message"; // 500 that asks to end this execution

export type Scripted = {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
  /** the answer waits until this promise resolves */
  after?: Promise<unknown>;
};

export type ModeContext = {
  /** number of requests on this connection so far, this one included */
  served: number;
  dripMs: number;
  /** the connection's socket; `response.socket` is missing while an earlier response on the connection is unfinished */
  socket: Socket;
};

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const head = (status: string, ...headers: string[]): string => [`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n");
const CONTINUE = head("100 Continue");
const CHUNKED_OK = "2\r\nok\r\n0\r\n\r\n";

/** An answer as bytes, one write for each item. Afterwards the connection stays open, or is closed or reset. */
export type RawAnswer = { writes: readonly string[]; then?: "close" | "reset" };
const raw = (...writes: string[]): RawAnswer => ({ writes });
const rawThen = (then: "close" | "reset", ...writes: string[]): RawAnswer => ({ writes, then });

/** Modes whose answers Node's HTTP server could not give. */
export const rawAnswers = {
  "raw-200": raw(OK),
  "100": raw(CONTINUE, OK),
  "100-in-one-packet": raw(CONTINUE + OK),
  "100-with-headers": raw(head("100 Continue", "x-a: 1", "content-length: 5"), OK),
  "100-with-close": raw(head("100 Continue", "connection: close"), OK),
  "100-http-1.0": raw("HTTP/1.0 100 Continue\r\n\r\n", OK),
  "100-twenty-times": raw(CONTINUE.repeat(20) + OK),
  "100-cut-in-two": raw(CONTINUE.slice(0, 10), CONTINUE.slice(10) + OK.slice(0, 11), OK.slice(11)),
  "102-103-199": raw(head("102 Processing"), head("103 Early Hints", "link: </a>"), head("199 Odd"), OK),
  "100-then-204": raw(CONTINUE, head("204 No Content")),
  "100-after-the-body": raw(OK + CONTINUE),
  "100-without-end": raw(CONTINUE.repeat(5_000)),
  "100-and-silence": raw(CONTINUE),
  "100-then-close": rawThen("close", CONTINUE),
  "101-upgrade": raw(head("101 Switching Protocols", "connection: upgrade", "upgrade: websocket")),
  "101-bare": raw(head("101 Switching Protocols")),
  "101-then-200": raw(head("101 Switching Protocols") + OK),
  "100-then-101": raw(CONTINUE, head("101 Switching Protocols"), OK),
  "204-with-length": raw(head("204 No Content", "content-length: 2")),
  "204-with-body": raw(head("204 No Content", "content-length: 2") + "ok"),
  "204-with-body-unannounced": raw(head("204 No Content") + "ok"),
  "204-chunked": raw(head("204 No Content", "transfer-encoding: chunked") + CHUNKED_OK),
  "204-then-reset": rawThen("reset", head("204 No Content", "content-length: 5")),
  "205-with-length": raw(head("205 Reset Content", "content-length: 100")),
  "205-bare": raw(head("205 Reset Content")),
  "304-with-length": raw(head("304 Not Modified", "content-length: 100")),
  "200-http-1.0": rawThen("close", "HTTP/1.0 200 OK\r\n\r\nold"),
  "200-without-reason": raw("HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok"),
  "200-until-close": rawThen("close", head("200 OK", "connection: close") + "until the end"),
  "200-chunked-with-trailer": raw(
    head("200 OK", "transfer-encoding: chunked") + "2;x=1\r\nok\r\n0\r\nx-sum: 1\r\n\r\n",
  ),
  "200-with-folded-header": raw(head("200 OK", "x-a: 1", " 2", "content-length: 2") + "ok"),
  "200-after-empty-lines": raw("\r\n\r\n" + OK),
  "200-then-junk": raw(OK + "junk"),
  "200-twice": raw(OK + OK),
  "200-then-more": raw(OK, head("500 Nobody asked", "content-length: 0")),
  "two-lengths": raw(head("200 OK", "content-length: 2", "content-length: 3") + "ok"),
  "two-equal-lengths": raw(head("200 OK", "content-length: 2", "content-length: 2") + "ok"),
  "length-and-chunked": raw(head("200 OK", "content-length: 2", "transfer-encoding: chunked") + CHUNKED_OK),
  "length-not-a-number": raw(head("200 OK", "content-length: two") + "ok"),
  "length-negative": raw(head("200 OK", "content-length: -2") + "ok"),
  "nul-in-header": raw(head("200 OK", "x-a: 1\0") + "ok"),
  "space-before-colon": raw(head("200 OK", "x-a : 1") + "ok"),
  "header-without-colon": raw(head("200 OK", "nothing") + "ok"),
  "lower-case-http": raw(OK.replace("HTTP", "http")),
  "http-2": raw(OK.replace("HTTP/1.1", "HTTP/2.0")),
  "status-099": raw(head("099 Low", "content-length: 0")),
  "status-of-two-digits": raw(head("20 OK", "content-length: 2") + "ok"),
  "chunk-size-junk": raw(head("200 OK", "transfer-encoding: chunked") + "zz\r\nok\r\n"),
  "410-chunk-size-junk": raw(head("410 Gone", "transfer-encoding: chunked") + "zz\r\nok\r\n"),
  "body-too-short": rawThen("close", head("200 OK", "content-length: 5") + "abc"),
  "410-body-too-short": rawThen("close", head("410 Gone", "content-length: 5") + "abc"),
  "410-then-reset": rawThen("reset", head("410 Gone", "content-length: 5") + "abc"),
  "429-body-too-short": rawThen("close", head("429 Slow", "retry-after: 900", "content-length: 5") + "abc"),
  "503-and-silence": raw(head("503 Busy", "content-length: 5") + "abc"),
  "disable-body-too-short": rawThen("close", head("200 OK", "webhook-delivery: disable", "content-length: 5") + "abc"),
  "abort-message-body-too-short": rawThen(
    "close",
    head("500 No", "webhook-delivery: abort-message", "content-length: 5") + "abc",
  ),
  "head-cut": rawThen("close", "HTTP/1.1 200 OK\r\ncontent-le"),
  "head-cut-by-reset": rawThen("reset", "HTTP/1.1 200 OK\r\ncontent-le"),
} satisfies Record<string, RawAnswer>;
export type RawMode = keyof typeof rawAnswers;

const playing = new Set<Promise<void>>();

/** Resolves once every raw answer is written to its end. */
export const rawAnswersWritten = (): Promise<unknown> => Promise.all(playing);

/** Pauses between the writes, so that each is a packet of its own. */
async function playRaw(socket: Socket, { writes, then }: RawAnswer): Promise<void> {
  socket.setNoDelay(true);
  for (const [index, bytes] of writes.entries()) {
    if (index > 0) await pause(20);
    socket.write(bytes, "latin1");
  }
  if (then === "close") socket.end();
  if (then === "reset") {
    await pause(50);
    reset(socket);
  }
}

/** Answers as a mode says. An unknown mode answers 404, so that a misspelt test fails. */
export function play(mode: string, response: ServerResponse, context: ModeContext): void {
  const misbehave = misbehaviours[mode as Misbehaviour];
  if (misbehave) return misbehave(response, context);
  const bytes: RawAnswer | undefined = rawAnswers[mode as RawMode];
  if (bytes) {
    const written = playRaw(context.socket, bytes).finally(() => playing.delete(written));
    return void playing.add(written);
  }
  const [, status, retryAfter] = /^([2-5]\d\d)(?:-retry-after-(.+))?$/.exec(mode) ?? [];
  if (status === undefined) return answer(response, { status: 404, body: `no such mode: ${mode}` });
  const headers: Record<string, string> = {};
  if (status.startsWith("3")) headers.location = "/200/followed";
  if (retryAfter !== undefined) headers["retry-after"] = retryAfterValue(retryAfter);
  answer(response, { status: Number(status), headers, body: status === "204" ? "" : `status ${status}` });
}

export function answer(
  response: ServerResponse,
  { status, headers = {}, body = "", delayMs = 0, after }: Scripted,
): void {
  const reply = (): void => void response.writeHead(status, headers).end(body);
  if (after) return void after.then(reply);
  if (delayMs === 0) return reply();
  const timer = setTimeout(reply, delayMs);
  response.once("close", () => clearTimeout(timer));
}

function retryAfterValue(asked: string): string {
  if (asked === "date") return new Date(Date.now() + 60_000).toUTCString();
  if (asked === "past-date") return new Date(Date.now() - 86_400_000).toUTCString();
  return asked;
}

const misbehaviours: Record<Misbehaviour, (response: ServerResponse, context: ModeContext) => void> = {
  never: () => undefined,
  "slow-headers": (response, { dripMs }) => {
    const socket = socketOf(response);
    socket.write("HTTP/1.1 200 OK\r\n");
    every(dripMs, socket, () => socket.write("x-slow: 1\r\n"));
  },
  drip: (response, { dripMs }) => {
    response.writeHead(200, { "content-type": "text/plain" }).flushHeaders();
    every(dripMs, socketOf(response), () => response.write("."));
  },
  "reset-after": (response) => reset(socketOf(response)),
  "reset-on-reuse": (response, { served }) => {
    if (served === 1) answer(response, { status: 200, body: "first on this connection" });
    else reset(socketOf(response));
  },
  "reset-late-on-reuse": (response, { served }) => {
    if (served === 1) answer(response, { status: 200, body: "first on this connection" });
    else setTimeout(reset, 1_300, socketOf(response));
  },
  "closed-mid-body": (response) =>
    void socketOf(response).end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n0123456789"),
  "closed-mid-chunk": (response) =>
    void socketOf(response).end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n0123456789"),
  endless: (response) => {
    const block = Buffer.alloc(65_536, "a");
    const pour = (): void => {
      while (!response.destroyed && response.write(block));
    };
    response.writeHead(200).on("drain", pour);
    pour();
  },
  "gzip-bomb": (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb()),
  "big-headers": (response) => answer(response, { status: 200, headers: { "x-big": "a".repeat(40_960) } }),
  "broken-http": (response) => void socketOf(response).end("SMTP ready, go ahead\r\n\r\n"),
  "odd-bytes": (response) =>
    void response.writeHead(200, { "x-latin1": "caf\u00e9" }).end(Buffer.from("efbbbf610062ff63edb0800a", "hex")),
  large: (response) => answer(response, { status: 200, body: "b".repeat(20_000) }),
  "early-hints": (response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    answer(response, { status: 200, body: "after a hint" });
  },
  disable: (response) => answer(response, { status: 200, headers: { "webhook-delivery": "disable" } }),
  "abort-message": (response) => answer(response, { status: 500, headers: { "webhook-delivery": "abort-message" } }),
};

/** Ends the connection with a reset. TLS sockets cannot send one and are closed: the sender sees no difference. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function socketOf(response: ServerResponse): Socket {
  if (response.socket === null) throw new Error("the connection is gone");
  return response.socket;
}

function every(ms: number, socket: Socket, act: () => void): void {
  const timer = setInterval(act, ms);
  socket.once("close", () => clearInterval(timer));
}

let bombBytes: Buffer | undefined;
/** A gzip file may have several members, so one packed megabyte is repeated. That is fast. */
const bomb = (): Buffer => (bombBytes ??= Buffer.concat(Array<Buffer>(50).fill(gzipSync(Buffer.alloc(1_000_000)))));
