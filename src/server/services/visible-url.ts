import type { StoredWebhookUrl } from "@/domain/action/webhook/url";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "./access";

/**
 * Returns the whole URL to a reader with permission for secrets. Other readers get the masked URL. If the encryption
 * key is lost, everybody does.
 */
export function urlVisibleToReader(ctx: ProjectContext, { masked, ciphertext }: StoredWebhookUrl): string {
  if (!hasPermission(ctx, "secret:manage")) return masked;
  try {
    return ctx.cipher.decrypt(ciphertext);
  } catch (error) {
    ctx.log.error({ err: error, projectId: ctx.projectId, url: masked }, "a stored URL cannot be decrypted");
    return masked;
  }
}
