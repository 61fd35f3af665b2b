import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../random";

/**
 * Kinds of observations. now: makes two executions at once, one of them to a slow receiver. flaky: its first attempt
 * fails every other time. delayed: waits a second. cancelled: stops matching while it waits. twice: comes again and
 * still matches. nothing: matches no trigger.
 */
const kinds = ["now", "now", "flaky", "delayed", "cancelled", "twice", "nothing"] as const;
type Kind = (typeof kinds)[number];

/** An observation and what became of its events. */
export type Sent = {
  id: string;
  kind: Kind;
  /** ids of the events that were answered 200, taken from the answers */
  accepted: string[];
  /** number of events that were never answered 200: the program may have them or not */
  unknown: number;
};

/** The status with which the event endpoint answered a request, or null if no answer came. */
type Answer = { status: number | null; /** ms since the epoch */ at: number; durationMs: number };

export type Load = {
  sent: Sent[];
  answers: Answer[];
  /** Sends no further observations. Resolves once each event of those that were begun is accepted or given up. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  /** addresses of processes; each request goes to a random one, also a repeated request */
  targets: string[];
  eventKey: string;
  random: Random;
  /** number of senders; each waits for its answer. Default: 6 */
  senders?: number;
};

/** On average one failed group of events in this many is not sent again, as by a sender that gives up. */
const GIVE_UP_EVERY = 8;
/**
 * After stop(), failed requests are repeated for at most this time, ms. Otherwise a program that is gone for good would
 * never let the test end.
 */
const GIVE_UP_AFTER_MS = 60_000;
const REPEAT_AFTER_MS = 100;
const ANSWER_TIMEOUT_MS = 30_000;
/** A "cancelled" observation changes after this time, ms, which is before its delay is over. */
const CHANGE_AFTER_MS = 400;

/**
 * Starts senders that send observations until stop(). Failed requests are sent again with the same id seed, as the SDK
 * does.
 */
export function startLoad({ targets, eventKey, random, senders = 6 }: LoadOptions): Load {
  const sent: Sent[] = [];
  const answers: Answer[] = [];
  let stopping = false;
  let giveUpAt = Infinity;
  const isOver = (): boolean => Date.now() > giveUpAt;
  const post: Post = (events, seed) => postOnce(`${random.pick(targets)}/e/${eventKey}`, events, { seed, answers });

  const sender = async (own: Random, number: number): Promise<void> => {
    for (let n = 0; !stopping; n++) {
      const group = Array.from({ length: own.between(1, 4) }, (_, index) =>
        newSent(`obs-${number}-${n}-${index}`, own.pick(kinds)),
      );
      sent.push(...group);
      const givesUp = own.between(1, GIVE_UP_EVERY) === 1;
      await send(post, group, {
        events: group.map((item) => event(item, item.kind)),
        givesUp: () => givesUp || isOver(),
      });
      const again = group.filter(({ kind }) => kind === "twice" || kind === "cancelled");
      await wait(own.between(20, CHANGE_AFTER_MS));
      await send(post, again, {
        events: again.map((item) => event(item, item.kind === "twice" ? item.kind : "changed")),
        givesUp: isOver,
      });
    }
  };
  const running = Array.from({ length: senders }, (_, number) => sender(random.fork(), number));
  return {
    sent,
    answers,
    async stop() {
      stopping = true;
      giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
      await Promise.all(running);
    },
  };
}

const newSent = (id: string, kind: Kind): Sent => ({ id, kind, accepted: [], unknown: 0 });

type Post = (events: object[], seed: string) => Promise<string[] | null>;

async function send(
  post: Post,
  items: readonly Sent[],
  { events, givesUp }: { events: object[]; givesUp: () => boolean },
): Promise<void> {
  if (events.length === 0) return;
  // With this seed of the protocol, a repeated request gets the ids of the first.
  const seed = `${Date.now()},${randomBytes(10).toString("base64")}`;
  for (;;) {
    const ids = await post(events, seed);
    if (ids) return items.forEach((item, index) => void item.accepted.push(ids[index]!));
    if (givesUp()) return items.forEach((item) => void (item.unknown += 1));
    await wait(REPEAT_AFTER_MS);
  }
}

async function postOnce(
  url: string,
  events: object[],
  { seed, answers }: { seed: string; answers: Answer[] },
): Promise<string[] | null> {
  const from = Date.now();
  const note = (status: number | null): void => void answers.push({ status, at: from, durationMs: Date.now() - from });
  try {
    const headers = { "content-type": "application/json", "x-inngest-event-id-seed": seed };
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(events),
      headers,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const body = (await response.json()) as { ids: string[] };
    note(response.status);
    return response.status === 200 ? body.ids : null;
  } catch {
    note(null);
    return null;
  }
}

let lastMs = 0;
/** A later time at each call. Two states of an observation with one time would have no newer one. */
const nextInstant = (): string => new Date((lastMs = Math.max(Date.now(), lastMs + 1))).toISOString();

const event = ({ id }: Sent, name: string): object => ({
  name: "observation.created",
  data: {
    observation: {
      id,
      name,
      type: "GENERATION",
      level: "ERROR",
      updatedAt: nextInstant(),
      input: { question: `What is ${id}?` },
    },
  },
});
