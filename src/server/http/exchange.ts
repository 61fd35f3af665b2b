import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { classify, type Failure, type FailurePhase } from "./failure";
import type { Pools } from "./pools";
import { BODY_BYTES_MAX, decodeBody, decodeHeaders } from "./text";
import { onWritten } from "./written-to";

/** Milliseconds, each. */
export type Timeouts = {
  /** for resolving, connecting and the TLS handshake; at most 5,000 */
  connectMs: number;
  /** from the request being written to the last response header */
  headersMs: number;
  /** for everything, the body included */
  totalMs: number;
};

export type ExchangeRequest = {
  url: URL;
  method: "POST" | "PUT" | "PATCH";
  headers: Readonly<Record<string, string>>;
  body: string;
  timeouts: Timeouts;
  /** any of them gives the request up */
  signals: readonly AbortSignal[];
};

export type Exchanged =
  | {
      kind: "response";
      status: number;
      headers: Record<string, string>;
      body: string;
      bodyTruncated: boolean;
      /** ms until the request was written, and from there to the last header */
      timings: { connectMs: number; headersMs: number };
    }
  | {
      kind: "error";
      failure: Failure;
      /** the request went out on a connection that had served others before */
      reused: boolean;
    };

export type ExchangeContext = {
  pools: Pools;
  /** milliseconds of a monotonic clock */
  now: () => number;
};

/** One request and what came back. Follows no redirect, decompresses nothing, never rejects. */
export function exchange(context: ExchangeContext, request: ExchangeRequest): Promise<Exchanged> {
  if (request.signals.some(({ aborted }) => aborted)) {
    return Promise.resolve({ kind: "error", failure: abortedBefore("connect"), reused: false });
  }
  return new Promise((resolve) => {
    const run = new Exchange(context, request, resolve);
    try {
      context.pools.of(request.url.origin).dispatch(
        {
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: Object.entries(request.headers).flat(),
          body: request.body,
          // undici's are idle timers of one second's precision; the deadlines here are exact
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        run,
      );
    } catch (error) {
      run.fail(classify(error, "connect"));
    }
  });
}

const abortedBefore = (phase: FailurePhase): Failure => ({
  code: "aborted",
  phase,
  message: "The request was given up before an answer came.",
});

/** connections that have carried a request */
const used = new WeakSet<Socket>();

/** The life of one request, as undici reports it. Settles once; what comes later is ignored. */
class Exchange implements Dispatcher.DispatchHandler {
  private phase: Exclude<FailurePhase, "total"> = "connect";
  private settled = false;
  private reused = false;
  private socket: Socket | undefined;
  private head: { status: number; headers: Record<string, string> } = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly startedAt: number;
  private writtenAt = 0;
  private headersAt = 0;
  private phaseTimer: NodeJS.Timeout;
  private readonly totalTimer: NodeJS.Timeout;
  private readonly onAbort = (): void => this.fail(abortedBefore(this.phase));

  constructor(
    private readonly context: ExchangeContext,
    private readonly request: ExchangeRequest,
    private readonly resolve: (outcome: Exchanged) => void,
  ) {
    this.startedAt = context.now();
    const { connectMs, totalMs } = request.timeouts;
    this.phaseTimer = setTimeout(() => this.timeOut("connect", connectMs, "No connection could be made"), connectMs);
    this.totalTimer = setTimeout(() => this.timeOut("total", totalMs, "The exchange was not over"), totalMs);
    // a signal that ends the process is shared by all requests on the wire; that is no leak
    setMaxListeners(0, ...request.signals);
    for (const signal of request.signals) signal.addEventListener("abort", this.onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // a request that has timed out while it waited for its connection is not sent any more
    if (this.settled) return controller.abort(new Error("given up"));
    onWritten((socket) => {
      this.socket = socket;
      this.reused = used.has(socket);
      used.add(socket);
    });
    this.phase = "headers";
    this.writtenAt = this.context.now();
    clearTimeout(this.phaseTimer);
    const { headersMs } = this.request.timeouts;
    this.phaseTimer = setTimeout(() => this.timeOut("headers", headersMs, "No answer came"), headersMs);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.settled || status < 200) return;
    clearTimeout(this.phaseTimer);
    this.phase = "body";
    this.headersAt = this.context.now();
    // over HTTP/1.1, which is all that is spoken here, they are a flat list of names and values
    const raw = controller.rawHeaders as readonly (Buffer | string)[];
    this.head = { status, headers: decodeHeaders(raw) };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    // a copy: the chunk may be a slice of a much larger buffer, which it would keep alive
    this.chunks.push(Buffer.from(chunk.subarray(0, BODY_BYTES_MAX - this.bytes)));
    this.bytes += chunk.length;
    if (this.bytes < BODY_BYTES_MAX) return;
    const whole = this.bytes === BODY_BYTES_MAX && Number(this.head.headers["content-length"]) === BODY_BYTES_MAX;
    if (!whole) this.succeed(true);
  }

  onResponseEnd(): void {
    if (!this.settled) this.succeed(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(classify(error, this.phase));
  }

  fail(failure: Failure): void {
    if (this.settled) return;
    this.settle({ kind: "error", failure, reused: this.reused });
    this.hangUp();
  }

  private timeOut(phase: FailurePhase, ms: number, what: string): void {
    this.fail({ code: "timeout", phase, message: `${what} within ${seconds(ms)}.` });
  }

  private succeed(bodyTruncated: boolean): void {
    const body = decodeBody(Buffer.concat(this.chunks), bodyTruncated);
    const timings = {
      connectMs: Math.round(this.writtenAt - this.startedAt),
      headersMs: Math.round(this.headersAt - this.writtenAt),
    };
    this.settle({ kind: "response", ...this.head, body, bodyTruncated, timings });
    if (bodyTruncated) this.hangUp();
  }

  /** undici's own abort closes the connection too, but then makes a new one for the request it has just given up. */
  private hangUp(): void {
    this.socket?.destroy(new Error("given up"));
  }

  private settle(outcome: Exchanged): void {
    this.settled = true;
    clearTimeout(this.phaseTimer);
    clearTimeout(this.totalTimer);
    for (const signal of this.request.signals) signal.removeEventListener("abort", this.onAbort);
    this.resolve(outcome);
  }
}

const seconds = (ms: number): string => (ms === 1000 ? "1 second" : `${Math.round(ms) / 1000} seconds`);
