import { createConnector } from "./dial";
import { exchange, type Exchanged, type ExchangeContext, type ExchangeRequest, type Timeouts } from "./exchange";
import { classify, type Failure, type FailureCode, type FailurePhase } from "./failure";
import { checkUrl, literalOf, type GuardPolicy, type GuardRefusal, type GuardStage } from "./guard";
import { createPools } from "./pools";
import { headersProblem } from "./request-headers";
import {
  createCheckedResolve,
  createUncheckedResolve,
  systemResolve,
  type CheckedResolve,
  type Resolve,
} from "./resolve";

/** The only outbound request of the program: guarded, bounded in time and memory, never following a redirect. */

export type SendRequest = {
  url: string;
  method: "POST" | "PUT" | "PATCH";
  headers: Record<string, string>;
  /** sent as UTF-8 */
  body: string;
  timeouts: Timeouts;
  /** exceptions for this request besides those of the policy (a project's own) */
  allowedHosts?: readonly string[];
  signal?: AbortSignal;
};

export type SendResult =
  | {
      kind: "response";
      status: number;
      /** lower-case names, latin1 values, repeated ones joined by ", "; 16 KB at most in all */
      headers: Record<string, string>;
      /** up to 16 KB, as text without NUL or lone surrogates; bytes as they came, never decompressed */
      body: string;
      bodyTruncated: boolean;
      durationMs: number;
      timings: { connectMs: number; headersMs: number };
      /** set when the answer is a redirect, which is not followed */
      stage?: Extract<GuardStage, "redirect">;
    }
  | {
      kind: "error";
      code: FailureCode;
      stage?: GuardStage;
      /** fit to be shown; never holds a resolved address */
      message: string;
      durationMs: number;
      phase?: FailurePhase;
    };

type CheckResult =
  { ok: true } | (GuardRefusal & { /** false: no DNS answer just now, which may mend itself */ final: boolean });

export type Sender = {
  /** Sends once. Never rejects. Sends a second time, at once, only where a kept-alive connection turned out to be dead. */
  send(request: SendRequest): Promise<SendResult>;
  /** The guard's opinion of a URL, DNS included, without sending: for a form. Waits 5 s at most for DNS. */
  check(url: string, allowedHosts?: readonly string[]): Promise<CheckResult>;
  /** Drops all connections; what is on the wire ends as `aborted`. */
  close(): Promise<void>;
};

export type SenderOptions = {
  policy: GuardPolicy;
  /** default: the system's resolver */
  resolve?: Resolve;
  /** an egress proxy (http: or https:) for all requests, exempt ones too; it then resolves names and enforces */
  proxyUrl?: string;
  /** PEM of a certificate authority to trust besides the public ones */
  extraCa?: string;
  /** default: no limit of its own; deliveries are limited per action where they are claimed */
  maxConnectionsPerHost?: number;
  /** milliseconds of a monotonic clock */
  now?: () => number;
};

const STALE_WITHIN_MS = 1000;
const CHECK_DNS_MS_MAX = 5000;
const HEADER_BYTES_MAX = 16_384;
const redirects = new Set([300, 301, 302, 303, 305, 307, 308]);

export function createSender(options: SenderOptions): Sender {
  const now = options.now ?? (() => performance.now());
  const resolve = options.resolve ?? systemResolve;
  const checkedResolve = createCheckedResolve(resolve);
  // Two pools: a connection that an exemption allowed must not be reused by a request without it.
  const guarded = createRoute(options, checkedResolve, true, now);
  const exempt = createRoute(options, createUncheckedResolve(resolve), false, now);
  const closing = new AbortController();

  const policyWith = (allowedHosts: readonly string[] = []): GuardPolicy =>
    allowedHosts.length === 0
      ? options.policy
      : { ...options.policy, allowedHosts: [...options.policy.allowedHosts, ...allowedHosts] };

  return {
    async send(request) {
      const startedAt = now();
      const durationMs = (): number => Math.round(now() - startedAt);
      const verdict = checkUrl(request.url, policyWith(request.allowedHosts));
      if (!verdict.ok) return failed(refusedUrl(verdict), durationMs());
      const problem = headersProblem(request.headers);
      if (problem !== null) return failed({ code: "invalid_header", message: problem }, durationMs());

      const { method, headers, body, timeouts } = request;
      const signals = request.signal ? [closing.signal, request.signal] : [closing.signal];
      const route = verdict.exempt ? exempt : guarded;
      const outcome = await exchangeAgainIfStale(route, { url: verdict.url, method, headers, body, timeouts, signals });
      if (outcome.kind === "error") return failed(outcome.failure, durationMs());
      return {
        ...outcome,
        durationMs: durationMs(),
        ...(redirects.has(outcome.status) ? { stage: "redirect" as const } : {}),
      };
    },

    async check(url, allowedHosts) {
      const verdict = checkUrl(url, policyWith(allowedHosts));
      if (!verdict.ok) return { ...verdict, final: true };
      const resolvesHere =
        options.proxyUrl === undefined && !verdict.exempt && literalOf(verdict.url.hostname) === null;
      return resolvesHere ? checkName(checkedResolve, verdict.url.hostname) : { ok: true };
    },

    async close() {
      closing.abort();
      await Promise.all([guarded.pools.destroy(), exempt.pools.destroy()]);
    },
  };
}

function createRoute(
  options: SenderOptions,
  resolve: CheckedResolve,
  checkLiterals: boolean,
  now: () => number,
): ExchangeContext {
  const { extraCa, proxyUrl, maxConnectionsPerHost } = options;
  const poolOptions = {
    connect: createConnector({ resolve, checkLiterals, extraCa, proxyUrl }),
    pipelining: 1,
    maxHeaderSize: HEADER_BYTES_MAX,
    ...(maxConnectionsPerHost === undefined ? {} : { connections: maxConnectionsPerHost }),
  };
  return { pools: createPools(poolOptions, now), now };
}

/**
 * A server may close a kept-alive connection just as a request is written to it. Where that is what the
 * failure looks like (an old connection, reset within a second, not a byte of an answer), one more try
 * within the same deadline belongs to the same attempt.
 */
async function exchangeAgainIfStale(route: ExchangeContext, request: ExchangeRequest): Promise<Exchanged> {
  const startedAt = route.now();
  const first = await exchange(route, request);
  const spentMs = route.now() - startedAt;
  if (first.kind === "response" || !first.reused || spentMs >= STALE_WITHIN_MS) return first;
  if (first.failure.code !== "reset" || first.failure.phase !== "headers") return first;
  const totalMs = Math.max(1, request.timeouts.totalMs - spentMs);
  return exchange(route, { ...request, timeouts: { ...request.timeouts, totalMs } });
}

function refusedUrl({ stage, message }: GuardRefusal): Failure {
  const unreadable = stage === "parse" || stage === "control-char";
  return { code: unreadable ? "invalid_url" : "blocked", stage, message };
}

function failed({ code, stage, message, phase }: Failure, durationMs: number): SendResult {
  return { kind: "error", code, message, durationMs, ...(stage ? { stage } : {}), ...(phase ? { phase } : {}) };
}

async function checkName(resolve: CheckedResolve, hostname: string): Promise<CheckResult> {
  const slow = {
    ok: false,
    stage: "dns",
    message: "The host name could not be resolved in time.",
    final: false,
  } as const;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<CheckResult>((settle) => {
    timer = setTimeout(settle, CHECK_DNS_MS_MAX, slow);
  });
  const answer = resolve(hostname).then(
    (): CheckResult => ({ ok: true }),
    (error: unknown): CheckResult => {
      const { code, stage = "dns", message } = classify(error, "connect");
      return { ok: false, stage, message, final: code === "blocked" };
    },
  );
  return Promise.race([answer, deadline]).finally(() => clearTimeout(timer));
}
