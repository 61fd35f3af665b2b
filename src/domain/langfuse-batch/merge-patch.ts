import { isJsonObject, type JsonObject } from "../json/json-kinds";
import type { ObservationPatch } from "./observation-patch";

/** An observation that grows by patches. It records which patch set each field, by that patch's order. */
export type PatchedObservation = {
  fields: JsonObject;
  /** the order of the patch that set a field, by field, and by member of metadata as `metadata.<name>` */
  setBy: Record<string, number>;
  /** the time of the latest patch, epoch milliseconds */
  updatedAtMs: number;
};

/**
 * The number added to the order of an update, so that updates come after every create: clients may send a create after
 * its updates. Epoch milliseconds reach this number in the year 5138.
 */
const UPDATES_AFTER = 1e14;

/**
 * Fields that take their value from the first patch, by `computePatchOrder`, that has one. Other fields take it from
 * the last.
 */
const fixed = new Set(["type", "startTime", "traceId", "environment"]);

/**
 * Returns the order of a patch among the patches of its observation: creates first, then updates, each by their time.
 */
export const computePatchOrder = ({
  isCreate,
  timestampMs,
}: Pick<ObservationPatch, "isCreate" | "timestampMs">): number => timestampMs + (isCreate ? 0 : UPDATES_AFTER);

/**
 * Merges a patch into the stored observation. There may be none, because an update may come before its create. The
 * order of arrival does not matter, unless two patches carry the same time.
 */
export function mergeObservationPatch(stored: PatchedObservation | null, patch: ObservationPatch): PatchedObservation {
  const order = computePatchOrder(patch);
  const state: PatchedObservation = {
    fields: { ...stored?.fields },
    setBy: { ...stored?.setBy },
    updatedAtMs: Math.max(stored?.updatedAtMs ?? 0, patch.timestampMs),
  };
  for (const [name, value] of Object.entries(patch.fields)) {
    if (name === "metadata") mergeMetadata(state, value, order);
    else set(state, { name, value, order });
  }
  return state;
}

/**
 * Returns the merged patches as the observation in the data of `observation.created`. Without a trace id, the
 * observation's id serves as one. An end before the start becomes the start.
 */
export function makeObservationFromPatches(id: string, { fields, updatedAtMs }: PatchedObservation): JsonObject {
  const { startTime, endTime } = fields;
  const endsBeforeStart = typeof startTime === "string" && typeof endTime === "string" && endTime < startTime;
  return {
    ...{ id, traceId: id },
    ...fields,
    ...(endsBeforeStart ? { endTime: startTime } : {}),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

function set(
  { fields, setBy }: PatchedObservation,
  { name, value, order }: { name: string; value: unknown; order: number },
): void {
  const known = setBy[name];
  const wins = known === undefined || (fixed.has(name) ? order < known : order >= known);
  if (!wins) return;
  fields[name] = value;
  setBy[name] = order;
}

/**
 * Merges metadata. Objects are joined member by member, each by its own order. A newer text or list replaces the whole
 * metadata, and is itself replaced as a whole.
 */
function mergeMetadata(state: PatchedObservation, value: unknown, order: number): void {
  const known = state.fields["metadata"];
  if (isJsonObject(value) && (known === undefined || isJsonObject(known))) {
    const members: PatchedObservation = { ...state, fields: Object.fromEntries(Object.entries(known ?? {})) };
    for (const [name, item] of Object.entries(value)) setMember(members, { name, value: item, order });
    state.fields["metadata"] = members.fields;
    return;
  }
  const isOfMember = (name: string): boolean => name.startsWith("metadata.");
  const orders = Object.entries(state.setBy).filter(([name]) => name === "metadata" || isOfMember(name));
  if (orders.some(([, known]) => order < known)) return;
  state.setBy = Object.fromEntries(Object.entries(state.setBy).filter(([name]) => !isOfMember(name)));
  state.fields["metadata"] = value;
  state.setBy["metadata"] = order;
  if (isJsonObject(value)) for (const name of Object.keys(value)) state.setBy[`metadata.${name}`] = order;
}

function setMember(
  { fields, setBy }: PatchedObservation,
  { name, value, order }: { name: string; value: unknown; order: number },
): void {
  const key = `metadata.${name}`;
  const known = setBy[key];
  const isNewer = known === undefined || order >= known;
  const merged = isNewer ? joined(fields[name], value) : joined(value, fields[name]);
  Object.defineProperty(fields, name, { value: merged, writable: true, enumerable: true, configurable: true });
  if (isNewer) setBy[key] = order;
}

/**
 * Returns the newer value, or the older value if the newer one is null or missing. Two objects become one object, whose
 * members are joined in the same way.
 */
function joined(older: unknown, newer: unknown): unknown {
  if (newer === undefined || newer === null) return older;
  if (!isJsonObject(older) || !isJsonObject(newer)) return newer;
  const names = new Set([...Object.keys(older), ...Object.keys(newer)]);
  const member = (of: JsonObject, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);
  return Object.fromEntries([...names].map((name) => [name, joined(member(older, name), member(newer, name))]));
}
