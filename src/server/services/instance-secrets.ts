import { makeRandomToken, type Cipher } from "@/server/crypto";
import type { Database } from "@/server/db/client";
import { AppError } from "@/server/errors";

type Deps = { db: Database; cipher: Cipher; now: () => Date };

const CHECK_NAME = "encryption key check";
const CHECK_VALUE = "this text was encrypted with the key in use";

/**
 * Returns a secret key of this installation (32 random bytes, base64url). The first call makes and stores the key.
 * Every later call returns the same key, in all processes.
 * @param name the purpose of the key, for instance "sessions"
 */
export async function getInstanceSecret(deps: Deps, name: string): Promise<string> {
  return deps.cipher.decrypt(await storedOrNew(deps, name, makeRandomToken));
}

/**
 * Checks that ENCRYPTION_KEY is the key with which this database was encrypted. The first call stores an encrypted
 * text, and later calls decrypt it.
 * @throws AppError INTERNAL with a message for the operator, if the key is another one
 */
export async function checkEncryptionKey(deps: Deps): Promise<void> {
  const ciphertext = await storedOrNew(deps, CHECK_NAME, () => CHECK_VALUE);
  if (decrypts(deps.cipher, ciphertext)) return;
  throw new AppError(
    "INTERNAL",
    "ENCRYPTION_KEY is not the key that the secrets in this database were encrypted with. " +
      "Set it to the former key (or to `new,former` while you rotate it).",
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
