import { chmodSync, lchownSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The user of the operating system that runs PostgreSQL after a start as root. PostgreSQL refuses to run as root. */
export type PostgresUser = { uid: number; gid: number };

/** The permission bits that PostgreSQL does not accept on its folder. It accepts the modes 0700 and 0750. */
const OTHERS = 0o027;
/**
 * The paths whose owner is checked. One wrong owner means that a copy or a chown has changed the owner of all files.
 */
const LOOKED_AT = ["", "PG_VERSION", "global", "global/pg_control", "base", "pg_wal"];

/**
 * Gives PostgreSQL's files back to the user that runs PostgreSQL, for instance after root has copied them. It also
 * closes the folder to other users. Only root can do that, so only starts as root call this.
 * @returns the former uid of the files; undefined if the owner was right
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
