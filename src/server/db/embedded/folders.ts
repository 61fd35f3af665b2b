import { readErrorCode } from "@/server/platform/error-code";
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a folder and the missing folders above it. Node's `recursive` option never returns in file systems such as
 * /proc, which refuse folders without a reason.
 * @returns the folders that it created, the uppermost first
 */
export function makeFolders(path: string, mode: number): string[] {
  if (statSync(path, { throwIfNoEntry: false })) return [];
  const above = dirname(path) === path ? [] : makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another start has created the folder first.
    if (readErrorCode(error) === "EEXIST" && statSync(path).isDirectory()) return above;
    throw error;
  }
  return [...above, path];
}
