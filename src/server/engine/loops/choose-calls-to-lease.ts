import { listConcurrencyLimits, type FunctionConfig } from "../sync/function-config";

/**
 * Work of one function that a process may lease: the ready calls of one lane (calls with the same concurrency keys), or
 * the complete batches of one key.
 */
export type LeasableWork =
  | { kind: "call"; fn: FunctionConfig; lane: string; itemIds: string[] }
  | { kind: "batch"; fn: FunctionConfig; key: string; count: number };

export type ChosenWork = {
  itemIds: string[];
  batches: { fn: FunctionConfig; key: string; skip: number }[];
  /** The last lane or batch key of each function that got a lease. The next round begins with the one behind it. */
  lastLanes: Map<string, string>;
  /** Whether some offered work got no lease, because the process is full or a limit is reached. */
  left: boolean;
};

/** The number of calls that are running, by the name of their concurrency limit (see `listConcurrencyLimits`). */
export type RunningCallsByLimit = Map<string, number>;

/**
 * Chooses which offered calls to lease, without I/O. Functions take turns with one call a turn, and so do the lanes of
 * a function (calls with the same concurrency keys). So a long queue of one lane delays no other lane.
 * @param lastLanes the lanes that the last round served; each function continues behind its lane
 */
export function chooseCallsToLease(
  offers: LeasableWork[],
  {
    usage,
    room,
    lastLanes = new Map(),
  }: { usage: RunningCallsByLimit; room: number; lastLanes?: ReadonlyMap<string, string> },
): ChosenWork {
  const used = new Map(usage);
  const turns = new Map<FunctionConfig, Turn[]>();
  for (const offer of offers) turns.set(offer.fn, [...(turns.get(offer.fn) ?? []), { offer, taken: 0 }]);
  for (const [fn, queue] of turns) turns.set(fn, beginBehind(queue, lastLanes.get(fn.id)));
  const choice: ChosenWork = { itemIds: [], batches: [], lastLanes: new Map(lastLanes), left: false };
  let free = room;
  while (free > 0 && turns.size > 0) {
    for (const [fn, queue] of turns) {
      if (free === 0) break;
      const turn = nextTurn(queue, used, choice);
      if (!turn) {
        turns.delete(fn);
        continue;
      }
      free -= 1;
      take(turn, choice, used);
      queue.push(turn);
    }
  }
  choice.left ||= [...turns.values()].flat().some(({ offer, taken }) => taken < size(offer));
  return choice;
}

type Turn = { offer: LeasableWork; taken: number };

function size(offer: LeasableWork): number {
  return offer.kind === "call" ? offer.itemIds.length : offer.count;
}

const laneOf = (offer: LeasableWork): string => (offer.kind === "call" ? offer.lane : offer.key);

/** Rotates the queue so that it begins behind the last served lane. */
function beginBehind(queue: Turn[], last: string | undefined): Turn[] {
  if (last === undefined) return queue;
  const isBehind = ({ offer }: Turn) => laneOf(offer) > last;
  return [...queue.filter(isBehind), ...queue.filter((turn) => !isBehind(turn))];
}

/**
 * Takes the next lane whose limits have room for a call. Lanes at their limits leave the queue until the next round.
 */
function nextTurn(queue: Turn[], used: RunningCallsByLimit, choice: ChosenWork): Turn | undefined {
  for (let turn = queue.shift(); turn; turn = queue.shift()) {
    if (turn.taken >= size(turn.offer)) continue;
    const lane = turn.offer.kind === "call" ? turn.offer.lane : "";
    if (listConcurrencyLimits(turn.offer.fn, lane).every(({ name, limit }) => (used.get(name) ?? 0) < limit))
      return turn;
    choice.left = true;
  }
  return undefined;
}

function take(turn: Turn, choice: ChosenWork, used: RunningCallsByLimit): void {
  const { offer } = turn;
  if (offer.kind === "call") choice.itemIds.push(offer.itemIds[turn.taken] ?? "");
  else choice.batches.push({ fn: offer.fn, key: offer.key, skip: turn.taken * (offer.fn.batch?.sizeMax ?? 0) });
  turn.taken += 1;
  choice.lastLanes.set(offer.fn.id, laneOf(offer));
  for (const { name } of listConcurrencyLimits(offer.fn, offer.kind === "call" ? offer.lane : ""))
    used.set(name, (used.get(name) ?? 0) + 1);
}
