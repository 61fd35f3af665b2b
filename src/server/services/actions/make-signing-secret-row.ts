import { randomBytes } from "node:crypto";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";

/** Makes a signing secret: the clear text for the one answer that shows it, and its row. */
export function makeSigningSecretRow(ctx: ProjectContext) {
  const secret = makeSigningSecret(randomBytes(32));
  return {
    secret,
    row: { id: newId("sec"), ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), createdAt: ctx.now() },
  };
}
