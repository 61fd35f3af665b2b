import { EventEmitter, on } from "node:events";
import type pg from "pg";
import { createUtcClient } from "./db/utc-connection";
import type { Logger } from "./log";

/** The kinds of changes in a project that browsers receive. */
export const liveTopics = ["executions", "observations", "triggers", "actions"] as const;
type LiveTopic = (typeof liveTopics)[number];
/**
 * Says what changed in a project. `executionIds` names the changed executions; without it they are unknown, or too
 * many.
 */
export type LiveMessage = { projectId: string; topics: LiveTopic[]; executionIds?: string[] };

/** A message names at most this many executions. PostgreSQL carries 8,000 bytes, and an id has 30. */
const NAMED_MAX = 100;

export type LiveChannel = {
  /**
   * Tells every process that something changed. Calls within `flushMs` become one message.
   * @param executionIds the changed executions, where the caller knows them
   */
  touch(projectId: string, topic: LiveTopic, executionIds?: readonly string[]): void;
  /** Yields messages of projects until the signal aborts. The first message of each project names every topic. */
  subscribe(projectIds: readonly string[], signal: AbortSignal): AsyncIterable<LiveMessage>;
  /**
   * Calls `callback` with the reason when the row of a stream is gone. The reason is "unknown" if a lost
   * connection may have hidden that. Returns a function that ends the watch.
   */
  onStreamEnd(streamId: string, callback: (reason: string | null) => void): () => void;
  close(): Promise<void>;
};

const CHANNEL = "trigger_system_live";
const RECONNECT_MS = 1_000;

/**
 * Makes the channel: one LISTEN connection for the process. It reconnects by itself, and then tells subscribers to load
 * everything again.
 */
export function createLiveChannel(options: { connectionString: string; log: Logger; flushMs?: number }): LiveChannel {
  const { connectionString, log, flushMs = 150 } = options;
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const ends = new EventEmitter();
  ends.setMaxListeners(0);
  const pending = new Map<string, Pending>();
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let connecting: Promise<pg.Client> | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const next = createUtcClient(connectionString, { application_name: "trigger-system live" });
    next.on("error", (error) => log.warn({ err: error.message }, "live channel: connection lost"));
    next.on("end", () => {
      if (client === next) client = undefined;
      if (!closed) reconnectLater();
    });
    next.on("notification", (message) => {
      const parsed = parse(message.payload);
      if (parsed && "ended" in parsed) ends.emit(parsed.ended, parsed.reason);
      else if (parsed) emitter.emit(parsed.projectId, parsed);
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    client = next;
    // Changes during the lost connection are unknown, so every earlier subscriber loads everything once.
    for (const projectId of emitter.eventNames() as string[])
      emitter.emit(projectId, { projectId, topics: [...liveTopics] } satisfies LiveMessage);
    for (const streamId of ends.eventNames() as string[]) ends.emit(streamId, "unknown");
    return next;
  };

  /** One timer serves all failed attempts, because each change of a project makes its own attempt. */
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
    const messages = [...pending].map((entry) => JSON.stringify(toMessage(...entry)));
    pending.clear();
    try {
      const connection = await ensure();
      await connection.query(`SELECT pg_notify($1, m) FROM unnest($2::text[]) AS m`, [CHANNEL, messages]);
    } catch (error) {
      log.warn({ err: (error as Error).message }, "live channel: browsers were not told of a change");
    }
  };

  return {
    touch(projectId, topic, executionIds) {
      if (closed) return;
      const changes = pending.get(projectId) ?? { topics: new Set(), executionIds: new Set() };
      pending.set(projectId, changes);
      changes.topics.add(topic);
      if (topic === "executions") addExecutions(changes, executionIds);
      timer ??= setTimeout(() => void flush(), flushMs);
      timer.unref();
    },
    async *subscribe(projectIds, signal) {
      await ensure();
      const own = new EventEmitter();
      const pass = (message: LiveMessage): void => void own.emit("message", message);
      for (const projectId of projectIds) emitter.on(projectId, pass);
      try {
        const messages = on(own, "message", { signal });
        // Changes before the subscription are unknown, so the first messages name every topic.
        for (const projectId of projectIds) yield { projectId, topics: [...liveTopics] };
        for await (const [message] of messages) yield message as LiveMessage;
      } catch (error) {
        if ((error as Error).name !== "AbortError") throw error;
      } finally {
        for (const projectId of projectIds) emitter.off(projectId, pass);
      }
    },
    onStreamEnd(streamId, callback) {
      ends.on(streamId, callback);
      return () => void ends.off(streamId, callback);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(reconnect);
      await client?.end();
    },
  };
}

/** The changes of a project since the last message. `executionIds` is null if not all of them are known. */
type Pending = { topics: Set<LiveTopic>; executionIds: Set<string> | null };

function addExecutions(changes: Pending, ids: readonly string[] | undefined): void {
  for (const id of ids ?? []) changes.executionIds?.add(id);
  if (ids === undefined || (changes.executionIds?.size ?? 0) > NAMED_MAX) changes.executionIds = null;
}

function toMessage(projectId: string, { topics, executionIds }: Pending): LiveMessage {
  const isNamed = executionIds !== null && executionIds.size > 0;
  return { projectId, topics: [...topics], ...(isNamed ? { executionIds: [...executionIds] } : {}) };
}

type EndMessage = { ended: string; reason: string | null };

function parse(payload: string | undefined): LiveMessage | EndMessage | undefined {
  try {
    return payload ? (JSON.parse(payload) as LiveMessage | EndMessage) : undefined;
  } catch {
    return undefined;
  }
}
