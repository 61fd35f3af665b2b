import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../random";

/**
 * What becomes of an observation. now: two executions at once, one of them to a slow receiver. flaky: every other first
 * attempt fails. delayed: waits a second. cancelled: stops matching while it waits. twice: comes again and still
 * matches. nothing: matches no trigger.
 */
const kinds = ["now", "now", "flaky", "delayed", "cancelled", "twice", "nothing"] as const;
type Kind = (typeof kinds)[number];

/** An observation and what became of its events. */
export type Sent = {
  id: string;
  kind: Kind;
  /** of those that were answered 200: the ids from the answers */
  accepted: string[];
  /** events that were never answered 200: they may or may not be there */
  unknown: number;
};

/** One answer of an event endpoint, or its absence. */
type Answer = { status: number | null; /** ms since the epoch */ at: number; durationMs: number };

export type Load = {
  sent: Sent[];
  answers: Answer[];
  /** Begins no further observations; resolves once what was begun is accepted or given up. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  /** addresses of event endpoints; each request, a repeated one too, goes to any of them */
  targets: string[];
  eventKey: string;
  random: Random;
  /** senders at once; each waits for its answer. Default: 6 */
  senders?: number;
};

/** One in so many requests is not repeated when it fails: a sender that gives up. */
const GIVE_UP_EVERY = 8;
/** Once a test is over nobody repeats for longer: a program that is gone for good must end it too. */
const GIVE_UP_AFTER_MS = 60_000;
const REPEAT_AFTER_MS = 100;
const ANSWER_TIMEOUT_MS = 30_000;
/** What stops matching does so before its delay is over. */
const CHANGE_AFTER_MS = 400;

/** Senders that send without end, and repeat what failed with the same id seed, as the SDK does. */
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
  // The protocol's seed: the ids of a repeated request are those of the first.
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
/** Strictly later each time: which state is the newer one is never left to chance. */
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
