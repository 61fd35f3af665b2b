import type { EngineEvent } from "../event";

/** A request whose events wait for a commit. */
export type IngestRequest = {
  events: EngineEvent[];
  /** the owner of the events */
  owner: string;
  /** The length of the events' data, in characters. */
  chars: number;
  resolve: () => void;
  reject: (error: unknown) => void;
};

/** The limits of one transaction. A single request that exceeds them is still taken. */
type Bounds = { requestsMax: number; eventsMax: number; charsMax: number };

/**
 * Requests that wait to be committed. Owners, such as projects, take turns with one request each, so that none delays
 * another.
 */
export class IngestRequestQueue {
  readonly #bounds: Bounds;
  /** The waiting requests of each owner. The first owner has the next turn. */
  readonly #byOwner = new Map<string, IngestRequest[]>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  push(request: IngestRequest): void {
    const own = this.#byOwner.get(request.owner);
    if (own) own.push(request);
    else this.#byOwner.set(request.owner, [request]);
  }

  /** Removes the requests of the next transaction from the queue, and returns them. The list is empty if none wait. */
  take(): IngestRequest[] {
    const taken: IngestRequest[] = [];
    let [events, chars] = [0, 0];
    /*
     * An owner that is deleted and set again moves to the end of the Map. So the loop visits it once more after all
     * others.
     */
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
