import { randomBytes } from "node:crypto";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";

/**
 * Makes a random signing secret and its database row. The row stores the secret encrypted. The caller shows the clear
 * text once.
 */
export function makeSigningSecretRow(ctx: ProjectContext) {
  const secret = makeSigningSecret(randomBytes(32));
  return {
    secret,
    row: { id: newId("sec"), ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), createdAt: ctx.now() },
  };
}
