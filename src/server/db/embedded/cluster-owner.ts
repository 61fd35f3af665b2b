import { chmodSync, lchownSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The operating-system user that runs PostgreSQL, because PostgreSQL refuses to run as root. */
export type PostgresUser = { uid: number; gid: number };

/** The permissions of other users on a data folder that PostgreSQL refuses. It accepts 0700 and 0750. */
const OTHERS = 0o027;
/** The paths that are checked. If one has a wrong owner, a copy or a chown has changed the owner of the cluster. */
const LOOKED_AT = ["", "PG_VERSION", "global", "global/pg_control", "base", "pg_wal"];

/**
 * Gives a cluster back to the user that runs PostgreSQL. A copy by root has files that this user cannot read. Only root
 * can change the owner, so only starts as root call this.
 * @returns the former uid of the files; undefined if it was right
 */
export function repairClusterOwner(data: string, runAs: PostgresUser): number | undefined {
  if ((statSync(data).mode & OTHERS) !== 0) chmodSync(data, 0o700);
  const wrong = LOOKED_AT.map((name) => lstatSync(join(data, name), { throwIfNoEntry: false })?.uid).find(
    (uid) => uid !== undefined && uid !== runAs.uid,
  );
  if (wrong !== undefined) giveTo(data, runAs);
  return wrong;
}

function giveTo(path: string, runAs: PostgresUser): void {
  lchownSync(path, runAs.uid, runAs.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(join(path, name), runAs);
}
