import { writeCanonicalJson } from "@/server/platform/canonical-json";

/** An event in the form in which the CEL expressions of functions read it. */
export type EventForExpressions = { id: string; name: string; data: unknown; ts: number; user: unknown; v?: string };

type EventFields = {
  /** The ULID that the engine gave to the event. */
  id: string;
  name: string;
  /**
   * The data as the sender's JSON text. The column type jsonb would reorder keys and refuse NUL and lone surrogates.
   */
  data: string;
  ts: number;
  externalId: string | null;
  v: string | null;
  /** JSON text. */
  user: string | null;
  /** The time when the engine accepted the event, ms since 1970. */
  receivedAt: number;
  /** The owner of a newly accepted event. Undefined for an event read from the database, and for a cron event. */
  owner?: string;
};

/** A stored event with its JSON forms. Each form is made once and reused by every call that receives the event. */
export class EngineEvent {
  readonly fields: EventFields;
  #view: EventForExpressions | undefined;
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

  get view(): EventForExpressions {
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

  /** The event's JSON in the canonical form of RFC 8785 (JCS), which the signature covers. */
  get canonical(): string {
    this.#canonical ??= writeCanonicalJson(this.view);
    return this.#canonical;
  }

  /** The approximate memory of the event with its JSON forms, in characters. */
  get weight(): number {
    return 200 + this.fields.data.length * 3;
  }
}

/**
 * The largest share of the cache for one event. A larger event is not cached, because it would evict hundreds of
 * others.
 */
const EVENT_PART_MAX = 1 / 50;

/** A cache of the most recently used events. It saves reading the events of each call from the database. */
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
