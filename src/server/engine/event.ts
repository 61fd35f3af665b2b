import { canonicalJson } from "@/server/platform/canonical-json";

/** An event in the form that expressions read. */
export type ExpressionEvent = { id: string; name: string; data: unknown; ts: number; user: unknown; v?: string };

type EventFields = {
  /** The ULID that the engine gave to the event. */
  id: string;
  name: string;
  /** The data as JSON text, because jsonb would reorder keys and refuse NUL and lone surrogates. */
  data: string;
  ts: number;
  externalId: string | null;
  v: string | null;
  /** JSON text. */
  user: string | null;
  /** The time when the engine accepted the event, ms since 1970. */
  receivedAt: number;
  /** The owner that the host named when the event arrived. An event from the database has none. */
  owner?: string;
};

/** A stored event. Its JSON forms are made once and serve every call of its runs. */
export class EngineEvent {
  readonly fields: EventFields;
  #view: ExpressionEvent | undefined;
  #json: string | undefined;
  #canonical: string | undefined;

  constructor(fields: EventFields) {
    this.fields = fields;
  }

  get id(): string {
    return this.fields.id;
  }

  get name(): string {
    return this.fields.name;
  }

  get view(): ExpressionEvent {
    const { fields } = this;
    this.#view ??= {
      id: fields.externalId ?? fields.id,
      name: fields.name,
      data: JSON.parse(fields.data),
      ts: fields.ts,
      user: fields.user ? JSON.parse(fields.user) : {},
      ...(fields.v ? { v: fields.v } : {}),
    };
    return this.#view;
  }

  /** The event's JSON for the function, with the keys of `data` in the sender's order. */
  get json(): string {
    const { fields } = this;
    this.#json ??=
      `{"id":${JSON.stringify(fields.externalId ?? fields.id)},"name":${JSON.stringify(fields.name)},` +
      `"data":${fields.data},"ts":${fields.ts},` +
      `"user":${fields.user ?? "{}"}${fields.v ? `,"v":${JSON.stringify(fields.v)}` : ""}}`;
    return this.#json;
  }

  /** The event's JSON in the canonical form JCS, for the signature. */
  get canonical(): string {
    this.#canonical ??= canonicalJson(this.view);
    return this.#canonical;
  }

  /** The approximate memory of the event, in characters. */
  get weight(): number {
    return 200 + this.fields.data.length * 3;
  }
}

/** The largest share of the cache that one event may take. A larger event would push out hundreds of others. */
const EVENT_PART_MAX = 1 / 50;

/** The most recently used events. With them this process need not read the event for each call. */
export class EventCache {
  readonly #events = new Map<string, EngineEvent>();
  readonly #weightMax: number;
  #weight = 0;

  constructor(weightMax = 64_000_000) {
    this.#weightMax = weightMax;
  }

  get(id: string): EngineEvent | undefined {
    const event = this.#events.get(id);
    if (event) {
      this.#events.delete(id);
      this.#events.set(id, event);
    }
    return event;
  }

  remove(id: string): void {
    this.#weight -= this.#events.get(id)?.weight ?? 0;
    this.#events.delete(id);
  }

  add(event: EngineEvent): void {
    if (this.#events.has(event.id) || event.weight > this.#weightMax * EVENT_PART_MAX) return;
    this.#events.set(event.id, event);
    this.#weight += event.weight;
    for (const [id, oldest] of this.#events) {
      if (this.#weight <= this.#weightMax) break;
      this.#events.delete(id);
      this.#weight -= oldest.weight;
    }
  }
}
