import { isObject, type JsonObject } from "../opentelemetry/map/values";
import type { ObservationPatch } from "./observation-patch";

/** A stored observation that grows by patches, with the order of the patch that set each field. */
export type PatchedState = {
  fields: JsonObject;
  /** by field, and by member of metadata as `metadata.<name>` */
  setBy: Record<string, number>;
  /** the latest time of a patch, epoch milliseconds */
  updatedAtMs: number;
};

/** Behind every create, which clients also send after the updates. Epoch milliseconds reach it in the year 5138. */
const UPDATES_AFTER = 1e14;

/** What the first patch says, and no later one changes. */
const fixed = new Set(["type", "startTime", "traceId", "environment"]);

/** Where a patch stands among the patches of its observation: creates, then updates, each by their time. */
export const orderOf = ({ isCreate, timestampMs }: Pick<ObservationPatch, "isCreate" | "timestampMs">): number =>
  timestampMs + (isCreate ? 0 : UPDATES_AFTER);

/**
 * Merges a patch onto what is stored, which may be nothing: an update may come before its create. The patches of an
 * observation lead to the same state in whatever order they arrive, unless two of them carry the same time.
 */
export function mergePatch(stored: PatchedState | null, patch: ObservationPatch): PatchedState {
  const order = orderOf(patch);
  const state: PatchedState = {
    fields: { ...stored?.fields },
    setBy: { ...stored?.setBy },
    updatedAtMs: Math.max(stored?.updatedAtMs ?? 0, patch.timestampMs),
  };
  for (const [name, value] of Object.entries(patch.fields)) {
    if (name === "metadata") mergeMetadata(state, value, order);
    else set(state, name, value, order);
  }
  return state;
}

/** The observation that a state stands for, as the data of `observation.created` takes it. */
export function observationOf(id: string, { fields, updatedAtMs }: PatchedState): JsonObject {
  const { startTime, endTime } = fields;
  const endsBeforeStart = typeof startTime === "string" && typeof endTime === "string" && endTime < startTime;
  return {
    ...{ id, traceId: id },
    ...fields,
    ...(endsBeforeStart ? { endTime: startTime } : {}),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

function set({ fields, setBy }: PatchedState, name: string, value: unknown, order: number): void {
  const known = setBy[name];
  const wins = known === undefined || (fixed.has(name) ? order < known : order >= known);
  if (!wins) return;
  fields[name] = value;
  setBy[name] = order;
}

/** Objects are joined, each member by its own order. A text or a list replaces, and is replaced, as a whole. */
function mergeMetadata(state: PatchedState, value: unknown, order: number): void {
  const known = state.fields["metadata"];
  const memberNames = Object.keys(state.setBy).filter((name) => name.startsWith("metadata."));
  if (isObject(value) && (known === undefined || isObject(known))) {
    const members: PatchedState = { ...state, fields: Object.fromEntries(Object.entries(known ?? {})) };
    for (const [name, item] of Object.entries(value)) setMember(members, name, item, order);
    state.fields["metadata"] = members.fields;
    return;
  }
  const orders = ["metadata", ...memberNames].map((name) => state.setBy[name] ?? 0);
  if (order < Math.max(...orders)) return;
  state.setBy = Object.fromEntries(Object.entries(state.setBy).filter(([name]) => !memberNames.includes(name)));
  state.fields["metadata"] = value;
  state.setBy["metadata"] = order;
  if (isObject(value)) for (const name of Object.keys(value)) state.setBy[`metadata.${name}`] = order;
}

function setMember({ fields, setBy }: PatchedState, name: string, value: unknown, order: number): void {
  const key = `metadata.${name}`;
  const known = setBy[key];
  const isNewer = known === undefined || order >= known;
  const merged = isNewer ? joined(fields[name], value) : joined(value, fields[name]);
  Object.defineProperty(fields, name, { value: merged, writable: true, enumerable: true, configurable: true });
  if (isNewer) setBy[key] = order;
}

/** Returns the newer value. Two objects become one, in which each member is joined likewise. */
function joined(older: unknown, newer: unknown): unknown {
  if (newer === undefined || newer === null) return older;
  if (!isObject(older) || !isObject(newer)) return newer;
  const names = new Set([...Object.keys(older), ...Object.keys(newer)]);
  const member = (of: JsonObject, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);
  return Object.fromEntries([...names].map((name) => [name, joined(member(older, name), member(newer, name))]));
}
