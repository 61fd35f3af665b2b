import { reencryptSecrets, type ReencryptResult } from "@/server/services/reencrypt-secrets";
import { runCommandOrExit } from "./command";
import { openCommandContext } from "./command-database";
import { readCommandEnvironment } from "./command-environment";

/**
 * `npm run reencrypt`: encrypts all stored secrets again, with the first key of ENCRYPTION_KEY. The program may run
 * meanwhile.
 */
runCommandOrExit(async () => {
  const { ctx, close } = await openCommandContext(readCommandEnvironment(), "npm run reencrypt", {
    startDatabase: true,
  });
  try {
    const { seen, changed } = await reencryptSecrets(ctx);
    console.log(`Encrypted anew with the key ${ctx.cipher.keyId}: ${counts(changed)}. Looked at: ${counts(seen)}.`);
    console.log(
      "Nothing is encrypted with another key. Once every running process was started with this key as " +
        "the first, the old one can be taken out of ENCRYPTION_KEY.",
    );
  } finally {
    await close();
  }
});

function counts(of: ReencryptResult["seen"]): string {
  const present = Object.entries(of).filter(([, count]) => count > 0);
  return present.length === 0 ? "nothing" : present.map(([name, count]) => `${count} ${name}`).join(", ");
}
