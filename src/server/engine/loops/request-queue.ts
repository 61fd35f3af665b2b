import type { EngineEvent } from "../event";

/** A request whose events wait to be committed. */
export type IngestRequest = {
  events: EngineEvent[];
  /** whom the events belong to */
  owner: string;
  /** of the events' data */
  chars: number;
  resolve: () => void;
  reject: (error: unknown) => void;
};

/** What one transaction takes at the most; its first request is taken whatever it holds. */
type Bounds = { requestsMax: number; eventsMax: number; charsMax: number };

/** Requests that wait for a transaction. Owners take turns, one request a turn, so that none waits behind another's flood. */
export class RequestQueue {
  readonly #bounds: Bounds;
  /** In the order of their turns. */
  readonly #byOwner = new Map<string, IngestRequest[]>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  push(request: IngestRequest): void {
    const own = this.#byOwner.get(request.owner);
    if (own) own.push(request);
    else this.#byOwner.set(request.owner, [request]);
  }

  /** Takes the requests of the next transaction out of the queue; none where nothing waits. */
  take(): IngestRequest[] {
    const taken: IngestRequest[] = [];
    let [events, chars] = [0, 0];
    // An owner that is deleted and set again comes once more, behind the others.
    for (const [owner, own] of this.#byOwner) {
      const first = own[0]!;
      events += first.events.length;
      chars += first.chars;
      if (taken.length > 0 && (events > this.#bounds.eventsMax || chars > this.#bounds.charsMax)) break;
      taken.push(first);
      own.shift();
      this.#byOwner.delete(owner);
      if (own.length > 0) this.#byOwner.set(owner, own);
      if (taken.length >= this.#bounds.requestsMax) break;
    }
    return taken;
  }
}
