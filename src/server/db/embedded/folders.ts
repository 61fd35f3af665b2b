import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../start-problem";

/**
 * Makes a folder and those above it that are missing, and returns the ones it made, the uppermost first.
 * (Node's own `recursive` never returns in file systems like /proc, where a folder cannot be made for no stated reason.)
 */
export function makeFolders(path: string, mode: number): string[] {
  if (statSync(path, { throwIfNoEntry: false })) return [];
  const above = dirname(path) === path ? [] : makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another start at the same time was quicker.
    if (errorCode(error) === "EEXIST" && statSync(path).isDirectory()) return above;
    throw error;
  }
  return [...above, path];
}
