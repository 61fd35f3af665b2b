import type { Env } from "@/env";
import { refuseUnfinishedRestoreIn } from "@/server/backup/unfinished-restore";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { assertInstantsRoundTrip } from "@/server/db/utc-connection";
import { applyMigrations } from "@/server/db/migrate";
import { log } from "@/server/log";
import { encryptPlainUrls } from "@/server/services/actions/encrypt-plain-urls";
import { makeFirstStartData, type FirstStartResult } from "@/server/services/first-start-data";
import { checkEncryptionKey } from "@/server/services/instance-secrets";

export type MigrateAndSeedResult = {
  first: FirstStartResult;
  /** The email of the oldest account, usually the first admin's; undefined without any account. */
  adminEmail: string | undefined;
};

/**
 * Migrates the database, checks its times and the encryption key, encrypts webhook URLs of earlier releases, and makes
 * the data of a first start (admin, demo project). A second run changes nothing.
 */
export async function migrateAndSeedDatabase(env: Env): Promise<MigrateAndSeedResult> {
  await refuseUnfinishedRestoreIn(env.databaseUrl!);
  const applied = await applyMigrations(env.databaseUrl!);
  if (applied.length > 0) console.log(`Migrations applied: ${applied.join(", ")}`);
  const db = createDatabase(env.databaseUrl!, 2);
  try {
    await assertInstantsRoundTrip(db);
    const deps = { db, now: () => new Date() };
    const cipher = createCipher(env.encryptionKeys);
    await checkEncryptionKey({ ...deps, cipher });
    await encryptPlainUrls({ db, cipher });
    const first = await makeFirstStartData({ ...deps, env, log });
    const admin = await db.user.findFirst({ orderBy: { createdAt: "asc" }, select: { email: true } });
    return { first, adminEmail: admin?.email };
  } finally {
    await db.$disconnect();
  }
}
