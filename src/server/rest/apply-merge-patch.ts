import { isJsonObject } from "@/domain/json/json-kinds";
/**
 * Applies a JSON merge patch (RFC 7396): null removes a member, objects are merged, and every other value replaces the
 * old one.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, applyMergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
