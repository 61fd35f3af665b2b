import { chmodSync, lchownSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RunAs } from "./place";

/** PostgreSQL refuses a data folder that others may read or write: 0700 and 0750 are all it takes. */
const OTHERS = 0o027;
/** Looked at to find out whether a copy or a chown has changed the owner: the folder, its version, its control file. */
const LOOKED_AT = ["", "PG_VERSION", "global", "global/pg_control", "base", "pg_wal"];

/**
 * Gives a cluster back to the user that PostgreSQL runs as. Copying or unpacking as root leaves files that PostgreSQL's
 * user cannot read. Only root can mend that, and only root's starts call this.
 * @returns the uid that the files had, or undefined where nothing was to be done
 */
export function repairOwner(data: string, runAs: RunAs): number | undefined {
  if ((statSync(data).mode & OTHERS) !== 0) chmodSync(data, 0o700);
  const wrong = LOOKED_AT.map((name) => lstatSync(join(data, name), { throwIfNoEntry: false })?.uid).find(
    (uid) => uid !== undefined && uid !== runAs.uid,
  );
  if (wrong !== undefined) giveTo(data, runAs);
  return wrong;
}

function giveTo(path: string, runAs: RunAs): void {
  lchownSync(path, runAs.uid, runAs.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(join(path, name), runAs);
}
