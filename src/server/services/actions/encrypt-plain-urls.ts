import { maskUrl, type StoredWebhookUrl } from "@/domain/action/webhook/url";
import { Prisma } from "@/generated/prisma/client";
import type { Cipher } from "@/server/crypto";
import type { Database } from "@/server/db/client";

type Deps = { db: Database; cipher: Cipher };

/** One query reads at most this many rows. */
const ROWS = 500;

/**
 * The JSON columns in which earlier releases stored a webhook's URL as plain text, and the path of the URL in the JSON.
 */
const places = [
  { table: "action_configuration", column: "configuration", path: "{url}" },
  { table: "configuration_version", column: "snapshot", path: "{configuration,url}" },
] as const;

/**
 * Encrypts webhook URLs that an earlier release stored as plain text: in actions, in their versions and in operational
 * webhooks. The program calls this function at each start. A second call finds nothing to encrypt.
 */
export async function encryptPlainUrls({ db, cipher }: Deps): Promise<void> {
  const stored = (url: string): StoredWebhookUrl => ({ masked: maskUrl(url), ciphertext: cipher.encrypt(url) });
  for (const place of places) {
    const [table, column] = [Prisma.raw(place.table), Prisma.raw(place.column)];
    for (;;) {
      const rows = await db.$queryRaw<{ id: string; url: string }[]>`
        SELECT id, ${column} #>> ${place.path}::text[] AS url FROM ${table}
        WHERE jsonb_typeof(${column} #> ${place.path}::text[]) = 'string' LIMIT ${ROWS}`;
      if (rows.length === 0) break;
      const values = JSON.stringify(rows.map(({ id, url }) => ({ id, from: url, to: stored(url) })));
      await db.$executeRaw`
        UPDATE ${table} AS t SET ${column} = jsonb_set(t.${column}, ${place.path}::text[], r."to")
        FROM jsonb_to_recordset(${values}::jsonb) AS r(id text, "from" text, "to" jsonb)
        WHERE t.id = r.id AND t.${column} #>> ${place.path}::text[] = r."from"`;
    }
  }
  const webhooks = await db.operationalWebhook.findMany({
    where: { urlCiphertext: "" },
    select: { projectId: true, url: true },
  });
  for (const { projectId, url } of webhooks)
    await db.operationalWebhook.updateMany({
      where: { projectId, urlCiphertext: "", url },
      data: { url: maskUrl(url), urlCiphertext: cipher.encrypt(url) },
    });
}
