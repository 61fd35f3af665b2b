import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { readErrorCode } from "@/server/platform/error-code";
import { StartProblem } from "../start-problem";

/**
 * Reads a file that holds a secret. Undefined if there is no file.
 * @throws StartProblem if the file cannot be read, or if other users could read it
 */
export function readSecretFile(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch (error) {
    if (readErrorCode(error) === "ENOENT") return undefined;
    throw new StartProblem(
      `${file} cannot be read (${readErrorCode(error)}). ` +
        "Start as the user whom it belongs to, or set DATA_DIR to another folder.",
    );
  }
  try {
    const mode = fstatSync(handle).mode & 0o777;
    // On Windows a file's mode does not say who may read it.
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw new StartProblem(
        `${file} can be read or changed by others (its mode is 0${mode.toString(8)}). ` +
          `If nobody else has read it, run: chmod 600 ${file}`,
      );
    return readFileSync(handle, "utf8").trim();
  } finally {
    closeSync(handle);
  }
}
