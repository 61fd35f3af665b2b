import { setMaxListeners } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import type { HeaderList } from "@/domain/header-list";
import type { ConnectionAgents } from "./connection-agents";
import { classifyFailure, type RequestFailure, type FailurePhase } from "./request-failure";
import { readIpLiteral, NO_PUBLIC_ADDRESS_MESSAGE, readUrlPort } from "./guard";
import { createInterimAnswerWatch } from "./interim-answers";
import { makeResolverBusyError, type NameLookupOfProject } from "./name-resolver";
import { RESPONSE_BODY_BYTES_MAX, decodeResponseBody, decodeResponseHeaders } from "./decode-response";

/** The time limits of one HTTP request and its answer, in ms. */
export type ExchangeTimeouts = {
  /** The limit for resolving the name, connecting and the TLS handshake, in ms; at most 5,000. */
  connectMs: number;
  /** The limit from the open connection to the last response header, in ms. It includes writing the request. */
  headersMs: number;
  /** The limit for everything, from connecting to the last byte of the body, in ms. */
  totalMs: number;
};

export type ExchangeRequest = {
  url: URL;
  method: "POST" | "PUT" | "PATCH";
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  timeouts: ExchangeTimeouts;
  /** The request is aborted when any of these signals aborts. */
  signals: readonly AbortSignal[];
  /** Resolves the host name for a new connection, and records how far the look-up is. */
  lookup: LookupFunction;
  asker: NameLookupOfProject;
  /** Whether the request gets a new connection, although an idle one may be open. */
  onNewConnection?: boolean;
};

/** An HTTP answer: its status, its headers with lower-case names, and the part of the body that was read. */
export type HttpAnswer = { status: number; headers: HeaderList; body: string; bodyTruncated: boolean };

export type ExchangeResult =
  | (HttpAnswer & {
      kind: "response";
      /** The ms until the connection was open, and the ms from then to the last response header. */
      timings: { connectMs: number; headersMs: number };
    })
  | {
      kind: "error";
      failure: RequestFailure;
      /** The part of the answer that arrived before the exchange failed. */
      answer?: HttpAnswer;
      /**
       * Whether the connection had served earlier requests and returned no byte for this one. The request may then be
       * sent again.
       */
      wasStale: boolean;
    };

export type ExchangeContext = {
  agents: ConnectionAgents;
  /** The time in ms of a clock that never goes back. */
  now: () => number;
};

const HEADER_BYTES_MAX = 16_384;
/** Statuses of answers without a body, whatever Content-Length says (RFC 9110 section 15, RFC 9112 section 6.3). */
const bodiless = new Set([204, 205, 304]);

/**
 * Sends one HTTP request and reads its answer. It follows no redirect, decompresses nothing, never repeats the request
 * and never rejects.
 */
export function exchangeRequest(context: ExchangeContext, request: ExchangeRequest): Promise<ExchangeResult> {
  if (request.signals.some(({ aborted }) => aborted)) {
    return Promise.resolve({ kind: "error", failure: abortedIn("connect"), wasStale: false });
  }
  return new Promise((resolve) => new Exchange(context, request, resolve).start());
}

const abortedIn = (phase: FailurePhase): RequestFailure => ({
  code: "aborted",
  phase,
  message: "The request was given up before an answer came.",
});

/** Turns the events of node:http for one request into one result. Events after the result are ignored. */
class Exchange {
  private phase: Exclude<FailurePhase, "total"> = "connect";
  private settled = false;
  private outgoing: ClientRequest | undefined;
  private socket: Socket | undefined;
  private response: IncomingMessage | undefined;
  private received = false;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly startedAt: number;
  private connectedAt = 0;
  private headersAt = 0;
  private phaseTimer: NodeJS.Timeout;
  private readonly totalTimer: NodeJS.Timeout;
  private readonly onAbort = (): void => this.fail(abortedIn(this.phase));
  private readonly watch = createInterimAnswerWatch();

  constructor(
    private readonly context: ExchangeContext,
    private readonly request: ExchangeRequest,
    private readonly resolve: (outcome: ExchangeResult) => void,
  ) {
    this.startedAt = context.now();
    const { connectMs, totalMs } = request.timeouts;
    this.phaseTimer = setTimeout(() => this.timeOut("connect", connectMs, "No connection could be made"), connectMs);
    this.totalTimer = setTimeout(() => this.timeOut("total", totalMs, "The exchange was not over"), totalMs);
    // All running requests listen to the signal that ends the process. Node would report so many listeners as a leak.
    setMaxListeners(0, ...request.signals);
    for (const signal of request.signals) signal.addEventListener("abort", this.onAbort, { once: true });
  }

  start(): void {
    const { url, method, headers, body, lookup, onNewConnection } = this.request;
    const { agents } = this.context;
    const host = readIpLiteral(url.hostname) ?? url.hostname;
    try {
      this.outgoing = (url.protocol === "https:" ? https : http).request({
        agent: onNewConnection ? agents.ofNewConnections(url) : agents.of(url),
        host,
        port: readUrlPort(url),
        // The host name in a certificate has no dot at its end.
        servername: isIP(host) === 0 ? host.replace(/\.$/, "") : "",
        path: url.pathname + url.search,
        method,
        headers: { ...headers, host: url.host, "content-length": String(body.length) },
        lookup,
        maxHeaderSize: HEADER_BYTES_MAX,
        insecureHTTPParser: false,
      });
      this.outgoing
        .on("socket", (socket) => this.onConnected(socket))
        .on("response", (response) => this.onResponse(response))
        .on("error", (error) => this.onError(error))
        .end(body);
    } catch (error) {
      this.fail(classifyFailure(error, "connect"));
    }
  }

  private onConnected(socket: Socket): void {
    if (this.settled) return;
    this.socket = socket;
    // The watch for interim answers must see the bytes before Node's parser, which may end the exchange.
    socket.prependListener("data", this.onBytes);
    this.phase = "headers";
    this.connectedAt = this.context.now();
    clearTimeout(this.phaseTimer);
    const { headersMs } = this.request.timeouts;
    this.phaseTimer = setTimeout(() => this.timeOut("headers", headersMs, "No answer came"), headersMs);
  }

  private readonly onBytes = (chunk: Buffer): void => {
    this.received = true;
    const interim = this.watch(chunk);
    if (interim === "switched") this.failProtocol("The server switched to another protocol (101), which nobody asked.");
    if (interim === "endless") this.failProtocol("The interim answers (1xx) are larger than 64 KB.");
  };

  private onResponse(response: IncomingMessage): void {
    if (this.settled) return;
    const { statusCode: status = 0, httpVersion } = response;
    if (status < 200 || response.httpVersionMajor !== 1)
      return this.failProtocol(`The response is not valid HTTP/1.1 (HTTP/${httpVersion} ${status}).`);
    clearTimeout(this.phaseTimer);
    this.phase = "body";
    this.headersAt = this.context.now();
    this.response = response;
    response
      .on("data", (chunk: Buffer) => this.onData(chunk))
      .on("end", () => this.onEnd())
      .on("error", (error) => this.onError(error));
    if (bodiless.has(status)) {
      this.succeed(false);
      if (!endsWithItsHeaders(response)) this.hangUp();
    }
  }

  private onData(chunk: Buffer): void {
    if (this.settled) return;
    // The chunk is copied: it may be a slice of a much larger buffer, which it would keep in memory.
    this.chunks.push(Buffer.from(chunk.subarray(0, RESPONSE_BODY_BYTES_MAX - this.bytes)));
    this.bytes += chunk.length;
    if (this.bytes < RESPONSE_BODY_BYTES_MAX) return;
    const whole =
      this.bytes === RESPONSE_BODY_BYTES_MAX &&
      Number(this.response?.headers["content-length"]) === RESPONSE_BODY_BYTES_MAX;
    if (whole) return;
    this.succeed(true);
    this.hangUp();
  }

  private onEnd(): void {
    if (this.settled || !this.response?.complete) return;
    this.succeed(false);
    // If the receiver answered before the whole request was written, the connection cannot serve another request.
    if (!this.outgoing?.writableFinished) this.hangUp();
  }

  private onError(error: unknown): void {
    // An error after a complete answer comes from further bytes. The answer's `end` event follows and gives the result.
    if (this.response?.complete) return;
    const failure = classifyFailure(error, this.phase);
    if (failure.code === "reset" && failure.phase === "headers" && this.received)
      failure.message = "The server closed the connection before the whole answer had arrived.";
    this.fail(failure);
  }

  private failProtocol(message: string): void {
    this.fail({ code: "protocol", phase: this.phase, message });
  }

  private fail(failure: RequestFailure): void {
    if (this.settled) return;
    const wasStale = this.outgoing?.reusedSocket === true && !this.received;
    const answer = this.response && { answer: this.answerOf(this.response, true) };
    this.settle({ kind: "error", failure, ...answer, wasStale });
    this.hangUp();
  }

  private timeOut(phase: FailurePhase, ms: number, what: string): void {
    const { state } = this.request.asker;
    if (this.phase === "connect" && state === "queued") return this.fail({ ...makeResolverBusyError().failure, phase });
    if (this.phase === "connect" && state === "asking")
      return this.fail({ code: "dns", stage: "dns", phase, message: NO_PUBLIC_ADDRESS_MESSAGE });
    this.fail({ code: "timeout", phase, message: `${what} within ${seconds(ms)}.` });
  }

  private succeed(bodyTruncated: boolean): void {
    const timings = {
      connectMs: Math.round(this.connectedAt - this.startedAt),
      headersMs: Math.round(this.headersAt - this.connectedAt),
    };
    this.settle({ kind: "response", ...this.answerOf(this.response!, bodyTruncated), timings });
  }

  private answerOf({ statusCode, rawHeaders }: IncomingMessage, bodyTruncated: boolean): HttpAnswer {
    const body = decodeResponseBody(Buffer.concat(this.chunks), bodyTruncated);
    return { status: statusCode!, headers: decodeResponseHeaders(rawHeaders), body, bodyTruncated };
  }

  private hangUp(): void {
    this.outgoing?.destroy();
  }

  private settle(outcome: ExchangeResult): void {
    this.settled = true;
    clearTimeout(this.phaseTimer);
    clearTimeout(this.totalTimer);
    this.socket?.off("data", this.onBytes);
    for (const signal of this.request.signals) signal.removeEventListener("abort", this.onAbort);
    this.resolve(outcome);
  }
}

/** Tells whether the headers of a 204, 205 or 304 announce no body. If they announce one, the connection is closed. */
function endsWithItsHeaders({ statusCode, headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] === undefined && (length === "0" || (length === undefined && statusCode !== 205));
}

const seconds = (ms: number): string => (ms === 1000 ? "1 second" : `${Math.round(ms) / 1000} seconds`);
