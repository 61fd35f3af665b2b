import { z } from "zod";
import type { InngestEnv } from "@/env/inngest";
import type { SendEventsReply } from "./engine-reply";
import type { Logger } from "./log";
import type { StampedEvent } from "./services/redact-and-stamp-events";

type ServerEnv = Extract<InngestEnv, { engine: "inngest" }>;

/** Access to the Inngest server that runs the functions: Inngest Cloud, a self-hosted server, or a dev server. */
export type InngestServer = {
  /**
   * Sends events to the server and returns its answer. The answers 400, 413 and 429 are passed on. Every other failure
   * becomes 503 with the reason.
   */
  forward(events: StampedEvent[], seed: string | null): Promise<SendEventsReply>;
  /**
   * Tells whether the server can be reached: `inngest`, or `unreachable` with the reason. Inngest Cloud is not asked
   * and counts as reachable. The result may be 5 s old.
   */
  health(): Promise<{ state: "inngest" | "unreachable"; message?: string }>;
};

const FORWARD_TIMEOUT_MS = 20_000;
const HEALTH_TIMEOUT_MS = 2_000;
const HEALTH_CACHE_MS = 5_000;
const RETRY_SECONDS = 5;

/** The schema of the server's answer to events. An error may be a text or missing. */
const Answer = z.object({ ids: z.array(z.string()).default([]), error: z.string().optional() });

export function createInngestServer(env: ServerEnv, log: Logger): InngestServer {
  const ownBase = env.baseUrl ?? (env.dev ? "http://127.0.0.1:8288" : undefined);
  const events = new URL(`/e/${encodeURIComponent(env.eventKey ?? "NO_EVENT_KEY_SET")}`, ownBase ?? "https://inn.gs");
  let known: { at: number; health: ReturnType<InngestServer["health"]> } | undefined;

  return {
    async forward(stamped, seed) {
      try {
        const response = await fetch(events, {
          method: "POST",
          headers: { "content-type": "application/json", ...(seed ? { "x-inngest-event-id-seed": seed } : {}) },
          body: `[${stamped.map(writeEvent).join(",")}]`,
          signal: AbortSignal.timeout(FORWARD_TIMEOUT_MS),
        });
        return await passOn(response, log);
      } catch (error) {
        log.warn({ err: reasonOf(error) }, "the Inngest server did not answer; the sender sends its events again");
        return unavailable("The Inngest server does not answer; send the events again.", RETRY_SECONDS);
      }
    },
    health() {
      if (!ownBase) return Promise.resolve({ state: "inngest" });
      if (!known || performance.now() - known.at > HEALTH_CACHE_MS)
        known = { at: performance.now(), health: askHealth(ownBase) };
      return known.health;
    },
  };
}

const writeEvent = ({ name, ts, json }: StampedEvent): string =>
  `{"name":${JSON.stringify(name)},"ts":${ts},"data":${json}}`;

/**
 * Passes on an answer that the sender can act on. Any other failure lies between this program and the server, so the
 * sender gets 503.
 */
async function passOn(response: Response, log: Logger): Promise<SendEventsReply> {
  const text = await response.text();
  const parsed = Answer.safeParse(parseJson(text));
  const { status } = response;
  if (status === 200 && parsed.success && !parsed.data.error) return { status, body: { ids: parsed.data.ids, status } };
  const error = parsed.data?.error;
  const retryAfterSeconds = Number(response.headers.get("retry-after")) || RETRY_SECONDS;
  if ([400, 413, 429].includes(status)) {
    // A server may refuse only some of the events. The ids in its answer name the accepted ones.
    const ids = parsed.data?.ids ?? [];
    const body = { ids, status, error: `The Inngest server refused the events: ${error ?? "it does not say why"}` };
    return { status, body, ...(status === 429 ? { retryAfterSeconds } : {}) };
  }
  // A failure of the server ends by itself and is a warning. A refused key is an error: only a person can mend it.
  const level = status >= 500 ? "warn" : "error";
  log[level]({ status, answer: text.slice(0, 500) }, "the Inngest server did not take events");
  return unavailable(
    `The Inngest server did not take the events (it answered ${status}); send them again later.`,
    retryAfterSeconds,
  );
}

const unavailable = (error: string, retryAfterSeconds: number): SendEventsReply => ({
  status: 503,
  body: { ids: [], status: 503, error },
  retryAfterSeconds,
});

async function askHealth(base: string): ReturnType<InngestServer["health"]> {
  const unreachable = (why: string) => ({
    state: "unreachable" as const,
    message: `The Inngest server at ${base} does not work: ${why}`,
  });
  try {
    const response = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok ? { state: "inngest" } : unreachable(`its health check answered ${response.status}`);
  } catch (error) {
    return unreachable(reasonOf(error));
  }
}

/** Returns the reason of a failed `fetch`, which is in the error's cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.message || cause?.code || message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
