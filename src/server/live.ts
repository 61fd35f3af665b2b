import { EventEmitter, on } from "node:events";
import type pg from "pg";
import { createUtcClient } from "./db/utc-connection";
import type { Logger } from "./log";
import { endWhenSilent, waitUntilIdle, type Heartbeat } from "./platform/end-when-silent";
import { warnOnceAMinute } from "./warn-once-a-minute";

/** The kinds of rows in a project whose changes are sent to browsers. */
export const liveTopics = ["executions", "observations", "triggers", "actions"] as const;
type LiveTopic = (typeof liveTopics)[number];
/**
 * A message about changes in a project. `executionIds` names the changed executions; undefined: none, unknown ones or
 * too many. `changedAt` is the time of the latest change known to this process, in ms. A page that was made later
 * already shows it.
 */
export type LiveMessage = { projectId: string; topics: LiveTopic[]; changedAt: number; executionIds?: string[] };

/** The most executions in one message. A PostgreSQL notification carries 8,000 bytes, and an id has 30. */
const NAMED_MAX = 100;

export type LiveChannel = {
  /**
   * Tells all processes that rows of this kind changed. Calls within `flushMs` become one message.
   * @param executionIds the changed executions, if the caller knows them
   */
  touch(projectId: string, topic: LiveTopic, executionIds?: readonly string[]): void;
  /**
   * Yields the messages of these projects until the signal aborts. The first message of each project names every topic,
   * with the time of the latest change.
   */
  subscribe(projectIds: readonly string[], signal: AbortSignal): AsyncIterable<LiveMessage>;
  /**
   * Calls `callback` when the database row of a live stream is deleted, which ends the stream. The callback gets the
   * reason of the deletion. After a lost connection it gets "unknown", because the deletion may have been missed.
   * Returns a function that ends the watch.
   */
  onStreamEnd(streamId: string, callback: (reason: string | null) => void): () => void;
  close(): Promise<void>;
};

const CHANNEL = "trigger_system_live";
const RECONNECT_MS = 1_000;

/**
 * Makes the channel of changes between processes and browsers. It has one LISTEN connection, which reconnects by
 * itself. After that, subscribers are told to load everything again.
 */
export function createLiveChannel(options: {
  connectionString: string;
  log: Logger;
  flushMs?: number;
  heartbeat?: Heartbeat;
}): LiveChannel {
  const { connectionString, log, flushMs = 150, heartbeat } = options;
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const ends = new EventEmitter();
  ends.setMaxListeners(0);
  const pending = new Map<string, Pending>();
  /**
   * The times of the latest changes by project, and the time since which this process has heard of every change, in ms.
   */
  const changedAt = new Map<string, number>();
  let listeningSince = 0;
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let connecting: Promise<pg.Client> | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const next = createUtcClient(connectionString, { application_name: "trigger-system live" });
    next.on("error", (error) => warnOnceAMinute(log, { err: error }, "live channel: connection lost"));
    next.on("end", () => {
      if (client === next) client = undefined;
      if (!closed) reconnectLater();
    });
    next.on("notification", (message) => {
      const parsed = parse(message.payload);
      if (parsed && "ended" in parsed) ends.emit(parsed.ended, parsed.reason);
      else if (parsed) {
        changedAt.set(parsed.projectId, Date.now());
        emitter.emit(parsed.projectId, { ...parsed, changedAt: Date.now() } satisfies LiveMessage);
      }
    });
    await next.connect();
    try {
      endWhenSilent(next, heartbeat);
      await next.query(`LISTEN ${CHANNEL}`);
      if (closed) throw new Error("The live channel is closed.");
    } catch (error) {
      // The event "end" starts the next try.
      await next.end();
      throw error;
    }
    client = next;
    changedAt.clear();
    listeningSince = Date.now();
    // Changes during the lost connection are unknown. So every subscriber is told once to load everything again.
    for (const projectId of emitter.eventNames() as string[]) emitter.emit(projectId, everything(projectId));
    for (const streamId of ends.eventNames() as string[]) ends.emit(streamId, "unknown");
    return next;
  };

  /** One timer covers all failed attempts. Otherwise each change of a project would start one. */
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

  /** Makes the message that rows of every kind may have changed. */
  const everything = (projectId: string): LiveMessage => ({
    projectId,
    topics: [...liveTopics],
    changedAt: changedAt.get(projectId) ?? listeningSince,
  });

  const flush = async (): Promise<void> => {
    try {
      const connection = await ensure();
      await waitUntilIdle(connection);
      const messages = [...pending].map((entry) => JSON.stringify(toMessage(...entry)));
      pending.clear();
      await connection.query(`SELECT pg_notify($1, m) FROM unnest($2::text[]) AS m`, [CHANNEL, messages]);
    } catch (error) {
      pending.clear();
      warnOnceAMinute(log, { err: error }, "live channel: browsers were not told of a change");
    }
    timer = undefined;
    if (pending.size > 0 && !closed) flushLater();
  };

  /** One timer covers the changes of `flushMs` and the message that is under way. */
  const flushLater = (): void => void (timer ??= setTimeout(() => void flush(), flushMs).unref());

  return {
    touch(projectId, topic, executionIds) {
      if (closed) return;
      const changes = pending.get(projectId) ?? { topics: new Set(), executionIds: new Set() };
      pending.set(projectId, changes);
      changes.topics.add(topic);
      if (topic === "executions") addExecutions(changes, executionIds);
      flushLater();
    },
    async *subscribe(projectIds, signal) {
      await ensure();
      const own = new EventEmitter();
      const pass = (message: LiveMessage): void => void own.emit("message", message);
      for (const projectId of projectIds) emitter.on(projectId, pass);
      try {
        const messages = on(own, "message", { signal });
        // Changes before the subscription are unknown, so the first messages name every topic.
        for (const projectId of projectIds) yield everything(projectId);
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

/** The changes of a project that were not sent yet. `executionIds` is null if some changed executions are unknown. */
type Pending = { topics: Set<LiveTopic>; executionIds: Set<string> | null };

function addExecutions(changes: Pending, ids: readonly string[] | undefined): void {
  for (const id of ids ?? []) changes.executionIds?.add(id);
  if (ids === undefined || (changes.executionIds?.size ?? 0) > NAMED_MAX) changes.executionIds = null;
}

function toMessage(projectId: string, { topics, executionIds }: Pending): SentMessage {
  const isNamed = executionIds !== null && executionIds.size > 0;
  return { projectId, topics: [...topics], ...(isNamed ? { executionIds: [...executionIds] } : {}) };
}

/** A message between processes. The receiving process adds `changedAt`. */
type SentMessage = Omit<LiveMessage, "changedAt">;
type EndMessage = { ended: string; reason: string | null };

function parse(payload: string | undefined): SentMessage | EndMessage | undefined {
  try {
    return payload ? (JSON.parse(payload) as SentMessage | EndMessage) : undefined;
  } catch {
    return undefined;
  }
}
