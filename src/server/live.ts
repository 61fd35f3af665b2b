import { EventEmitter, on } from "node:events";
import type pg from "pg";
import { createClient } from "./db/connection";
import type { Logger } from "./log";

/** What changed in a project, for browsers that look at it. Carries no data: they ask again for what they show. */
export const liveTopics = ["executions", "observations", "triggers", "actions"] as const;
type LiveTopic = (typeof liveTopics)[number];
type LiveMessage = { projectId: string; topics: LiveTopic[] };

export type LiveChannel = {
  /** Tells every process that something changed; calls within `flushMs` are put together. */
  touch(projectId: string, topic: LiveTopic): void;
  /** Messages of one project until the signal ends it. The first comes at once and names every topic. */
  subscribe(projectId: string, signal: AbortSignal): AsyncIterable<LiveMessage>;
  close(): Promise<void>;
};

const CHANNEL = "trigger_system_live";
const RECONNECT_MS = 1_000;

/** One LISTEN connection a process; it reconnects by itself, and tells subscribers to look again when it was away. */
export function createLiveChannel(options: { connectionString: string; log: Logger; flushMs?: number }): LiveChannel {
  const { connectionString, log, flushMs = 150 } = options;
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const pending = new Map<string, Set<LiveTopic>>();
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let connecting: Promise<pg.Client> | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const next = createClient(connectionString, { application_name: "trigger-system live" });
    next.on("error", (error) => log.warn({ err: error.message }, "live channel: connection lost"));
    next.on("end", () => {
      if (client === next) client = undefined;
      if (!closed) reconnectLater();
    });
    next.on("notification", (message) => {
      const parsed = parse(message.payload);
      if (parsed) emitter.emit(parsed.projectId, parsed);
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    client = next;
    // What changed while nobody listened is not known: who subscribed before looks at everything once.
    for (const projectId of emitter.eventNames() as string[])
      emitter.emit(projectId, { projectId, topics: [...liveTopics] } satisfies LiveMessage);
    return next;
  };

  /** One timer, however many attempts fail: each change of a project makes one of its own. */
  const reconnectLater = (): void => {
    reconnect ??= setTimeout(() => {
      reconnect = undefined;
      ensure().catch(() => undefined);
    }, RECONNECT_MS).unref();
  };

  const ensure = (): Promise<pg.Client> => {
    if (client) return Promise.resolve(client);
    connecting ??= connect().finally(() => (connecting = undefined));
    return connecting;
  };

  const flush = async (): Promise<void> => {
    timer = undefined;
    const messages = [...pending].map(([projectId, topics]) => JSON.stringify({ projectId, topics: [...topics] }));
    pending.clear();
    try {
      const connection = await ensure();
      await connection.query(`SELECT pg_notify($1, m) FROM unnest($2::text[]) AS m`, [CHANNEL, messages]);
    } catch (error) {
      log.warn({ err: (error as Error).message }, "live channel: browsers were not told of a change");
    }
  };

  return {
    touch(projectId, topic) {
      if (closed) return;
      const topics = pending.get(projectId) ?? new Set<LiveTopic>();
      topics.add(topic);
      pending.set(projectId, topics);
      timer ??= setTimeout(() => void flush(), flushMs);
      timer.unref();
    },
    async *subscribe(projectId, signal) {
      await ensure();
      try {
        const messages = on(emitter, projectId, { signal });
        // What changed before anybody listened is not known: the first message says to look at everything once.
        yield { projectId, topics: [...liveTopics] };
        for await (const [message] of messages) yield message as LiveMessage;
      } catch (error) {
        if ((error as Error).name !== "AbortError") throw error;
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(reconnect);
      await client?.end();
    },
  };
}

function parse(payload: string | undefined): LiveMessage | undefined {
  try {
    return payload ? (JSON.parse(payload) as LiveMessage) : undefined;
  } catch {
    return undefined;
  }
}
