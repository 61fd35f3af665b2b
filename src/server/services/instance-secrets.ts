import { randomToken, type Cipher } from "@/server/crypto";
import type { Database } from "@/server/db/client";
import { AppError } from "@/server/errors";

type Deps = { db: Database; cipher: Cipher; now: () => Date };

const CHECK_NAME = "encryption key check";
const CHECK_VALUE = "this text was encrypted with the key in use";

/**
 * A random key of this installation (32 bytes, base64url), made at the first call and the same ever after,
 * also when several processes ask for the first time at once.
 * @param name what it is for, for instance "sessions"
 */
export async function getInstanceSecret(deps: Deps, name: string): Promise<string> {
  return deps.cipher.decrypt(await storedOrNew(deps, name, randomToken));
}

/**
 * Makes sure that the encryption key is the one this database was filled with; the first call writes what is compared.
 * @throws AppError INTERNAL with a line for whoever starts the program
 */
export async function checkEncryptionKey(deps: Deps): Promise<void> {
  const ciphertext = await storedOrNew(deps, CHECK_NAME, () => CHECK_VALUE);
  if (decrypts(deps.cipher, ciphertext)) return;
  throw new AppError(
    "INTERNAL",
    "ENCRYPTION_KEY is not the key that the secrets in this database were encrypted with. Set it to the former key (or to `new,former` while you rotate it).",
  );
}

function decrypts(cipher: Cipher, ciphertext: string): boolean {
  try {
    return cipher.decrypt(ciphertext) === CHECK_VALUE;
  } catch {
    return false;
  }
}

async function storedOrNew({ db, cipher, now }: Deps, name: string, make: () => string): Promise<string> {
  const stored = await db.instanceSecret.findUnique({ where: { name } });
  if (stored) return stored.ciphertext;
  await db.instanceSecret.createMany({
    data: [{ name, ciphertext: cipher.encrypt(make()), createdAt: now() }],
    skipDuplicates: true,
  });
  const { ciphertext } = await db.instanceSecret.findUniqueOrThrow({ where: { name } });
  return ciphertext;
}
