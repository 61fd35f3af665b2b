import { z } from "zod";

/**
 * The part of a subject that is stored if no trigger matched. full: all of it. cut: all fields, but only the first 64 K
 * characters of the bodies. columns: all fields but the bodies. auto: one of these, by the rate of subjects.
 */
export const UnmatchedStorage = z.enum(["auto", "full", "cut", "columns"]);
export type UnmatchedStorage = z.infer<typeof UnmatchedStorage>;
export const UnmatchedStorageLevel = UnmatchedStorage.exclude(["auto"]);
export type UnmatchedStorageLevel = z.infer<typeof UnmatchedStorageLevel>;

/**
 * The rates, in subjects a second, from which `auto` stores less. At 5 KB each, 20 a second are 8 GB a day, and 200
 * are 80 GB.
 */
const AUTO = { cutFrom: 20, columnsFrom: 200 } as const;

/**
 * Chooses how much of an unmatched subject is stored: all of it, cut bodies, or no bodies.
 * @param perSecond subjects a second in the last full hour
 */
export function chooseStoredSubjectPart(chosen: UnmatchedStorage, perSecond: number): UnmatchedStorageLevel {
  if (chosen !== "auto") return chosen;
  return perSecond >= AUTO.columnsFrom ? "columns" : perSecond >= AUTO.cutFrom ? "cut" : "full";
}
