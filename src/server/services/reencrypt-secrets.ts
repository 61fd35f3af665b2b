import type { ServiceContext } from "@/server/context";
import { encryptionKeyIdOf, type Cipher } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { encryptedColumns, type EncryptedColumn } from "./encrypted-columns";

/** The rows of one read. Each row is written in its own statement, so that no lock is held for long. */
const CHUNK = 200;
/** The most unreadable values that an error names. */
const NAMED_MAX = 20;

export type ReencryptResult = {
  /** the numbers of encrypted values in the last pass, by kind */
  seen: Record<string, number>;
  /** the numbers of rows that were encrypted again, by kind */
  changed: Record<string, number>;
};

/**
 * Encrypts every stored secret with the first key. It may run beside the program: it writes a row only if the row has
 * not changed since its read. Passes repeat until one finds no old value, so that a value that was copied or changed in
 * the meantime is found too. A second call changes nothing.
 * @throws AppError INTERNAL that names the values that no key can read; every other value is then encrypted with the
 * first key
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
        // The row has changed since its read, so the next pass takes it again.
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

/** Encrypts the values in a row's text with the first key. Values that already use the first key stay as they are. */
function seal(
  cipher: Cipher,
  { place, id, value, unreadable }: { place: EncryptedColumn; id: string; value: string; unreadable: string[] },
): { value: string; count: number } {
  let count = 0;
  const sealed = place.each(value, (ciphertext, where) => {
    count += 1;
    if (encryptionKeyIdOf(ciphertext) === cipher.keyId) return ciphertext;
    try {
      return cipher.encrypt(cipher.decrypt(ciphertext));
    } catch {
      unreadable.push(`${place.nameOf(id)}${where} (key ${encryptionKeyIdOf(ciphertext) ?? "unknown"})`);
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
