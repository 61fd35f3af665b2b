import type { ServiceContext } from "@/server/context";
import { readEncryptionKeyId, type Cipher } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { encryptedColumns, type EncryptedColumn } from "./encrypted-columns";

/** One query reads at most this many rows. Each row is written in its own statement, so that locks are short. */
const CHUNK = 200;
/** The error message names at most this many unreadable values. */
const NAMED_MAX = 20;

export type ReencryptResult = {
  /** how many encrypted values the last pass found, by kind of value */
  seen: Record<string, number>;
  /** how many rows were encrypted again, by kind of value */
  changed: Record<string, number>;
};

/**
 * Encrypts every stored secret that is under another key with the first key of ENCRYPTION_KEY. The program may run
 * meanwhile: a row is written only if it has not changed since it was read. The passes over all rows repeat until one
 * finds no value under another key.
 * @throws AppError INTERNAL after the first pass that found values that no key can decrypt. It names them. All others
 * are encrypted with the first key by then, but for those that changed meanwhile
 */
export async function reencryptSecrets(ctx: Pick<ServiceContext, "db" | "cipher">): Promise<ReencryptResult> {
  const changed: Record<string, number> = {};
  for (;;) {
    const pass = await onePass(ctx);
    for (const [name, count] of Object.entries(pass.changed)) changed[name] = (changed[name] ?? 0) + count;
    if (pass.unreadable.length > 0) throw unreadable(pass.unreadable);
    if (!pass.again) return { seen: pass.seen, changed };
  }
}

type Pass = ReencryptResult & { again: boolean; unreadable: string[] };

async function onePass(ctx: Pick<ServiceContext, "db" | "cipher">): Promise<Pass> {
  const pass: Pass = { seen: {}, changed: {}, again: false, unreadable: [] };
  for (const place of encryptedColumns) {
    let [seen, changed] = [0, 0];
    for (let after = ""; ;) {
      const rows = await place.read(ctx.db, after, CHUNK);
      for (const { id, value } of rows) {
        const sealed = seal(ctx.cipher, { place, id, value, unreadable: pass.unreadable });
        seen += sealed.count;
        if (sealed.value === value) continue;
        // The write fails if the row has changed since it was read, so one more pass must check it.
        pass.again = true;
        changed += await place.swap(ctx.db, { id, from: value, to: sealed.value });
      }
      if (rows.length < CHUNK) break;
      after = rows.at(-1)!.id;
    }
    pass.seen[place.name] = seen;
    pass.changed[place.name] = changed;
  }
  return pass;
}

/**
 * Encrypts the values in a row's text with the first key. Values under the first key stay unchanged. Unreadable values
 * are added to `unreadable`.
 */
function seal(
  cipher: Cipher,
  { place, id, value, unreadable }: { place: EncryptedColumn; id: string; value: string; unreadable: string[] },
): { value: string; count: number } {
  let count = 0;
  const sealed = place.each(value, (ciphertext, where) => {
    count += 1;
    if (readEncryptionKeyId(ciphertext) === cipher.keyId) return ciphertext;
    try {
      return cipher.encrypt(cipher.decrypt(ciphertext));
    } catch {
      unreadable.push(`${place.nameOf(id)}${where} (key ${readEncryptionKeyId(ciphertext) ?? "unknown"})`);
      return ciphertext;
    }
  });
  return { value: sealed, count };
}

function unreadable(names: readonly string[]): AppError {
  const more = names.length > NAMED_MAX ? [`and ${names.length - NAMED_MAX} more`] : [];
  const list = [...names.slice(0, NAMED_MAX), ...more].map((name) => `  ${name}`).join("\n");
  return new AppError(
    "INTERNAL",
    `ENCRYPTION_KEY holds no key that reads these secrets:\n${list}\n` +
      "Add the key they were encrypted with to its list, and run this again. Take no key out yet.",
  );
}
