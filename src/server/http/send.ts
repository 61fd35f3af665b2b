import type { HeaderList } from "@/domain/header-list";
import { createConnectionAgents } from "./connection-agents";
import {
  exchangeRequest,
  type HttpAnswer,
  type ExchangeResult,
  type ExchangeContext,
  type ExchangeRequest,
  type ExchangeTimeouts,
} from "./exchange";
import { classifyFailure, type RequestFailure, type FailureCode, type FailurePhase } from "./request-failure";
import {
  checkUrlByPolicy,
  readIpLiteral,
  NO_PUBLIC_ADDRESS_MESSAGE,
  type GuardPolicy,
  type GuardRefusal,
  type GuardCheckName,
} from "./guard";
import { describeHeadersProblem } from "./request-headers";
import { createNameResolver, type NameLookupOfProject, type ResolveName } from "./name-resolver";
import {
  createCheckedResolve,
  createUncheckedResolve,
  makeSocketLookup,
  type ResolveNameOrReject,
} from "./checked-resolve";

/**
 * An HTTP request to a URL that a person entered, such as a webhook. The guard checks it. It has limits of time and
 * memory, and follows no redirect.
 */

export type SendRequest = {
  url: string;
  method: "POST" | "PUT" | "PATCH";
  headers: Record<string, string>;
  /** The body, as text, which is sent as UTF-8. */
  body: string;
  timeouts: ExchangeTimeouts;
  /** Hosts that this request may reach in addition to those of the guard's policy. */
  allowedHosts?: readonly string[];
  /**
   * The request's signing secrets and secret header values. With this list, the built-in test endpoint checks the
   * signature and masks the values in what it stores.
   */
  secrets?: readonly string[];
  /** The project whose limit of simultaneous name look-ups counts this request. */
  projectId?: string;
  signal?: AbortSignal;
};

export type SendResult =
  | {
      kind: "response";
      status: number;
      /** Response headers with lower-case names and latin1 values, at most 16 KB in total. */
      headers: HeaderList;
      /** At most 16 KB of the response body as text, never decompressed, without NUL or lone surrogates. */
      body: string;
      bodyTruncated: boolean;
      durationMs: number;
      timings: { connectMs: number; headersMs: number };
      /** Set if the response is a redirect, which is not followed. */
      stage?: Extract<GuardCheckName, "redirect">;
    }
  | {
      kind: "error";
      code: FailureCode;
      stage?: GuardCheckName;
      /** A message for people, which never holds a resolved address. */
      message: string;
      durationMs: number;
      phase?: FailurePhase;
      /** The part of the response that arrived before the request failed. */
      answer?: HttpAnswer;
    };

type CheckResult =
  { ok: true } | (GuardRefusal & { /** False: DNS gave no address, so a later check may pass. */ final: boolean });

export type Sender = {
  /**
   * Sends a request and never rejects. If a kept-alive connection turns out to be closed, it sends the request once
   * more at once.
   */
  send(request: SendRequest): Promise<SendResult>;
  /**
   * Checks a URL for a form: with the guard, and with DNS unless a proxy resolves names or the operator allows the
   * host. It makes no HTTP request, and waits at most 5 s for DNS.
   */
  check(url: string, options?: Pick<SendRequest, "allowedHosts" | "projectId">): Promise<CheckResult>;
  /** Closes all connections. Running requests end as `aborted`. */
  close(): Promise<void>;
};

export type SenderOptions = {
  policy: GuardPolicy;
  /** Resolves host names; default: by the hosts file and the system's name servers. */
  resolve?: ResolveName;
  /**
   * The URL of an egress proxy (http: or https:) for all requests. The proxy then resolves names and decides which
   * addresses are allowed.
   */
  proxyUrl?: string;
  /** The PEM of a certificate authority to trust besides the public ones. */
  extraCa?: string;
  /** The time in ms of a clock that never goes back. */
  now?: () => number;
};

const STALE_WITHIN_MS = 1000;
const CHECK_DNS_MS_MAX = 5000;
const redirects = new Set([300, 301, 302, 303, 305, 307, 308]);

export function createSender(options: SenderOptions): Sender {
  const now = options.now ?? (() => performance.now());
  const resolve = options.resolve ?? createNameResolver();
  /*
   * Guarded and exempt requests have separate connections. A guarded request must not use a connection that was made
   * without checks.
   */
  const guarded = createRoute(options, { resolve: createCheckedResolve(resolve), checkLiterals: true, now });
  const exempt = createRoute(options, { resolve: createUncheckedResolve(resolve), checkLiterals: false, now });
  const closing = new AbortController();

  const policyWith = (allowedHosts: readonly string[] = []): GuardPolicy =>
    allowedHosts.length === 0
      ? options.policy
      : { ...options.policy, allowedHosts: [...options.policy.allowedHosts, ...allowedHosts] };

  return {
    async send(request) {
      const startedAt = now();
      const durationMs = (): number => Math.round(now() - startedAt);
      const verdict = checkUrlByPolicy(request.url, policyWith(request.allowedHosts));
      if (!verdict.ok) return failed(refusedUrl(verdict), durationMs());
      const problem = describeHeadersProblem(request.headers);
      if (problem !== null) return failed({ code: "invalid_header", message: problem }, durationMs());

      const { method, headers, timeouts } = request;
      const route = verdict.exempt ? exempt : guarded;
      const asker = askerOf(request.projectId);
      const outcome = await exchangeAgainIfStale(route, {
        url: verdict.url,
        method,
        headers,
        body: Buffer.from(request.body),
        timeouts,
        signals: request.signal ? [closing.signal, request.signal] : [closing.signal],
        asker,
        lookup: makeSocketLookup(route.resolve, asker),
      });
      if (outcome.kind === "error") {
        const { failure, answer } = outcome;
        return { ...failed(failure, durationMs()), ...(answer ? { answer } : {}) };
      }
      return {
        ...outcome,
        durationMs: durationMs(),
        ...(redirects.has(outcome.status) ? { stage: "redirect" as const } : {}),
      };
    },

    async check(url, { allowedHosts, projectId } = {}) {
      const verdict = checkUrlByPolicy(url, policyWith(allowedHosts));
      if (!verdict.ok) return { ...verdict, final: true };
      const resolvesHere =
        options.proxyUrl === undefined && !verdict.exempt && readIpLiteral(verdict.url.hostname) === null;
      return resolvesHere ? checkName(guarded.resolve, verdict.url.hostname, askerOf(projectId)) : { ok: true };
    },

    async close() {
      closing.abort();
      guarded.agents.destroy();
      exempt.agents.destroy();
    },
  };
}

type Route = ExchangeContext & { resolve: ResolveNameOrReject };

const createRoute = (
  { extraCa, proxyUrl }: SenderOptions,
  { resolve, checkLiterals, now }: { resolve: ResolveNameOrReject; checkLiterals: boolean; now: () => number },
): Route => ({ agents: createConnectionAgents({ checkLiterals, extraCa, proxyUrl }), now, resolve });

const askerOf = (projectId = ""): NameLookupOfProject => ({ projectId, state: "answered" });

/**
 * Sends a request, and once more if its kept-alive connection was already closed by the receiver. Both tries share one
 * deadline and count as one attempt. Such a connection is reset within a second of a running event loop, and returns no
 * byte. The second try gets a new connection: a receiver that closed one idle connection has usually closed all.
 */
async function exchangeAgainIfStale(route: ExchangeContext, request: ExchangeRequest): Promise<ExchangeResult> {
  const startedAt = route.now();
  const served = countServedTime();
  const first = await exchangeRequest(route, request);
  const servedMs = served.stop();
  if (first.kind === "response" || !first.wasStale || servedMs >= STALE_WITHIN_MS) return first;
  if (first.failure.code !== "reset" || first.failure.phase !== "headers") return first;
  const totalMs = Math.max(1, request.timeouts.totalMs - (route.now() - startedAt));
  const timeouts = { ...request.timeouts, totalMs };
  return exchangeRequest(route, { ...request, timeouts, onNewConnection: true });
}

const SERVED_STEP_MS = 50;

/**
 * Counts the time in which the event loop ran, in steps of 50 ms. A stalled loop, as on a busy machine, counts as one
 * step: it reads late that the receiver closed the connection long ago.
 */
function countServedTime(): { stop(): number } {
  let steps = 0;
  const timer = setInterval(() => (steps += 1), SERVED_STEP_MS);
  return {
    stop() {
      clearInterval(timer);
      return steps * SERVED_STEP_MS;
    },
  };
}

function refusedUrl({ stage, message }: GuardRefusal): RequestFailure {
  const unreadable = stage === "parse" || stage === "control-char";
  return { code: unreadable ? "invalid_url" : "blocked", stage, message };
}

function failed(failure: RequestFailure, durationMs: number): Extract<SendResult, { kind: "error" }> {
  return { kind: "error", ...failure, durationMs };
}

async function checkName(
  resolve: ResolveNameOrReject,
  hostname: string,
  asker: NameLookupOfProject,
): Promise<CheckResult> {
  const unknown: CheckResult = { ok: false, stage: "dns", message: NO_PUBLIC_ADDRESS_MESSAGE, final: false };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<CheckResult>((settle) => {
    timer = setTimeout(settle, CHECK_DNS_MS_MAX, unknown);
  });
  const answer = resolve(hostname, asker).then(
    (): CheckResult => ({ ok: true }),
    (error: unknown): CheckResult => ({ ...unknown, final: classifyFailure(error, "connect").code === "blocked" }),
  );
  return Promise.race([answer, deadline]).finally(() => clearTimeout(timer));
}
