import type { ServiceContext } from "@/server/context";
import { keyIdOf, type Cipher } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { encryptedPlaces, type Place } from "./reencrypt-places";

/** Rows that are read at once; each is written by itself, so that no lock is held for long. */
const CHUNK = 200;
/** Lines of an error that name what cannot be read. */
const NAMED_MAX = 20;

export type Reencrypted = {
  /** values that were looked at in the last pass, by what they are */
  seen: Record<string, number>;
  /** rows that were written anew, by what they are */
  changed: Record<string, number>;
};

/**
 * Encrypts every stored secret with the first key. Safe beside the running program: a row is written only where it
 * still is what was read, and passes repeat until one finds nothing to do, so that a value that was copied or changed
 * meanwhile is not left behind. A second call changes nothing.
 * @throws AppError INTERNAL that names what no key can read; everything else has been encrypted anew by then
 */
export async function reencrypt(ctx: Pick<ServiceContext, "db" | "cipher">): Promise<Reencrypted> {
  const changed: Record<string, number> = {};
  for (;;) {
    const pass = await onePass(ctx);
    for (const [name, count] of Object.entries(pass.changed)) changed[name] = (changed[name] ?? 0) + count;
    if (pass.unreadable.length > 0) throw unreadable(pass.unreadable);
    if (!pass.again) return { seen: pass.seen, changed };
  }
}

type Pass = Reencrypted & { again: boolean; unreadable: string[] };

async function onePass(ctx: Pick<ServiceContext, "db" | "cipher">): Promise<Pass> {
  const pass: Pass = { seen: {}, changed: {}, again: false, unreadable: [] };
  for (const place of encryptedPlaces) {
    let [seen, changed] = [0, 0];
    for (let after = ""; ;) {
      const rows = await place.read(ctx.db, after, CHUNK);
      for (const { id, value } of rows) {
        const sealed = seal(ctx.cipher, place, id, value, pass.unreadable);
        seen += sealed.count;
        if (sealed.value === value) continue;
        // A row that has changed meanwhile is left to the next pass.
        pass.again = true;
        changed += await place.swap(ctx.db, id, value, sealed.value);
      }
      if (rows.length < CHUNK) break;
      after = rows.at(-1)!.id;
    }
    pass.seen[place.name] = seen;
    pass.changed[place.name] = changed;
  }
  return pass;
}

/** A row's text with what is encrypted in it encrypted with the first key; as it was where that is so already. */
function seal(
  cipher: Cipher,
  place: Place,
  id: string,
  value: string,
  unreadable: string[],
): { value: string; count: number } {
  let count = 0;
  const sealed = place.each(value, (ciphertext, where) => {
    count += 1;
    if (keyIdOf(ciphertext) === cipher.keyId) return ciphertext;
    try {
      return cipher.encrypt(cipher.decrypt(ciphertext));
    } catch {
      unreadable.push(`${place.nameOf(id)}${where} (key ${keyIdOf(ciphertext) ?? "unknown"})`);
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
    `ENCRYPTION_KEY holds no key that reads these secrets:\n${list}\nAdd the key they were encrypted with to its list, and run this again. Take no key out yet.`,
  );
}
