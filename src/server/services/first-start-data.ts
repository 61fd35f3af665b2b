import { randomInt } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import type { Env } from "@/env";
import { sha256 } from "@/server/crypto";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";
import type { Logger } from "@/server/log";
import { makeEventKeyRow, makeRandomEventKey } from "./event-keys/event-key-row";
import { createUser } from "./users";

/** The program tells the operator these after a start. A password or key is set only if this start has made it. */
export type FirstStartResult = {
  admin?: {
    email: string;
    /** the generated password; null if the operator set one by ADMIN_PASSWORD */
    password: string | null;
  };
  /** the new event key of the demo project; unset if the key existed already or DEMO_EVENT_KEY gave it */
  eventKey?: string;
  /** the id of the demo project; null if somebody has deleted it */
  projectId: string | null;
};

type Deps = {
  db: Database;
  env: Pick<Env, "adminEmail" | "adminPassword" | "demoEventKey">;
  now: () => Date;
  log: Logger;
};

/** The number of PostgreSQL's advisory lock that lets only one process at a time make the first data. */
const LOCK = 7_311_905;

/**
 * Makes the first admin and the demo project if they are missing. A new demo project gets an event key. A demo project
 * that exists gets one only from DEMO_EVENT_KEY. A demo project that somebody has deleted stays deleted. A second call
 * changes nothing, even in another process at the same time.
 */
export async function makeFirstStartData({ db, env, now, log }: Deps): Promise<FirstStartResult> {
  return db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK}::bigint)::text`;
    const admin = await ensureAdmin(tx, env, now());
    const demo = await ensureDemoProject(tx, admin.id, now());
    const eventKey =
      demo &&
      (await ensureEventKey(tx, { projectId: demo.id, isNew: demo.isNew, wanted: env.demoEventKey, now: now(), log }));
    return {
      projectId: demo?.id ?? null,
      ...(admin.created ? { admin: admin.created } : {}),
      ...(eventKey ? { eventKey } : {}),
    };
  });
}

async function ensureAdmin(
  tx: DatabaseOrTransaction,
  env: Deps["env"],
  now: Date,
): Promise<{ id: string; created?: NonNullable<FirstStartResult["admin"]> }> {
  const first = await tx.user.findFirst({ orderBy: [{ createdAt: "asc" }, { id: "asc" }], select: { id: true } });
  if (first) return first;
  const email = env.adminEmail.trim().toLowerCase();
  const password = env.adminPassword ?? readablePassword();
  const passwordHash = await hashPassword(password);
  const { id } = await createUser(tx, { name: "Admin", email, passwordHash, isInstallationAdmin: true, now });
  return { id, created: { email, password: env.adminPassword ? null : password } };
}

async function ensureDemoProject(
  tx: DatabaseOrTransaction,
  ownerId: string,
  now: Date,
): Promise<{ id: string; isNew: boolean } | null> {
  const existing = await tx.project.findFirst({
    where: { isDemo: true },
    orderBy: { deletedAt: { sort: "asc", nulls: "first" } },
    select: { id: true, deletedAt: true },
  });
  // If somebody has deleted the demo project, no start creates it again.
  if (existing) return existing.deletedAt ? null : { id: existing.id, isNew: false };
  const { id } = await tx.project.create({
    data: {
      id: newId("prj"),
      name: "Demo",
      isDemo: true,
      createdById: ownerId,
      createdAt: now,
      memberships: { create: { userId: ownerId, role: "owner", createdAt: now } },
    },
    select: { id: true },
  });
  return { id, isNew: true };
}

type KeyWish = { projectId: string; isNew: boolean; wanted: string | undefined; now: Date; log: Logger };

async function ensureEventKey(
  tx: DatabaseOrTransaction,
  { projectId, isNew, wanted, now, log }: KeyWish,
): Promise<string | undefined> {
  if (!isNew && !wanted) return undefined;
  const existing = wanted
    ? await tx.eventKey.findUnique({ where: { hash: sha256(wanted) }, select: { projectId: true, revokedAt: true } })
    : null;
  if (existing) {
    if (existing.projectId !== projectId) log.warn("DEMO_EVENT_KEY is the key of another project and stays with it");
    else if (existing.revokedAt) log.warn("DEMO_EVENT_KEY was revoked and stays so; choose another one");
    return undefined;
  }
  const key = wanted ?? makeRandomEventKey();
  const name = wanted === undefined ? "Printed by the first start" : "From DEMO_EVENT_KEY";
  await tx.eventKey.create({ data: makeEventKeyRow({ projectId, name, key, createdById: null, now }) });
  // The operator knows a key from the environment, so the start neither prints nor logs it.
  return wanted === undefined ? key : undefined;
}

/** The characters of a generated password. No two of them look alike. */
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

/** Makes a password of 20 random characters (99 bits) in groups of five: `k7m2p-x9qrt-…`. */
function readablePassword(): string {
  const characters = Array.from({ length: 20 }, () => READABLE[randomInt(READABLE.length)]!).join("");
  return characters.match(/.{5}/g)!.join("-");
}
