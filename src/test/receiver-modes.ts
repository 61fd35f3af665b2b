import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";

/**
 * What a receiver can do to a sender. Besides these: any status as its number ("204", "503"), a redirect
 * status points at /200/followed, and "429-retry-after-<x>" sends that value, where `date` is in a minute
 * and `past-date` a day ago.
 */
type Misbehaviour =
  | "never" // takes the request and stays silent
  | "slow-headers" // a header line every drip, for ever
  | "drip" // headers at once, then a byte every drip, for ever
  | "reset-after" // resets once it has the whole request
  | "reset-on-reuse" // answers the first request of a connection and resets at the second
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

export type Scripted = { status: number; headers?: Record<string, string>; body?: string; delayMs?: number };

export type ModeContext = {
  /** requests on this connection so far, this one included */
  served: number;
  dripMs: number;
};

/** Plays a mode. An unknown one answers 404, so that a misspelt test fails. */
export function play(mode: string, response: ServerResponse, context: ModeContext): void {
  const misbehave = misbehaviours[mode as Misbehaviour];
  if (misbehave) return misbehave(response, context);
  const [, status, retryAfter] = /^([2-5]\d\d)(?:-retry-after-(.+))?$/.exec(mode) ?? [];
  if (status === undefined) return answer(response, { status: 404, body: `no such mode: ${mode}` });
  const headers: Record<string, string> = {};
  if (status.startsWith("3")) headers.location = "/200/followed";
  if (retryAfter !== undefined) headers["retry-after"] = retryAfterValue(retryAfter);
  answer(response, { status: Number(status), headers, body: status === "204" ? "" : `status ${status}` });
}

export function answer(response: ServerResponse, { status, headers = {}, body = "", delayMs = 0 }: Scripted): void {
  const reply = (): void => void response.writeHead(status, headers).end(body);
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

/** TLS sockets cannot send a reset; being cut off looks the same to the sender. */
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
const bomb = (): Buffer => (bombBytes ??= gzipSync(Buffer.alloc(50_000_000)));
