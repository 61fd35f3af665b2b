import type { StoredWebhookUrl } from "@/domain/action/webhook/url";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "./access";

/**
 * Returns a stored URL as a reader may see it: whole with the permission `secret:manage`, otherwise masked. If the URL
 * cannot be decrypted, it is masked for everybody.
 */
export function showUrlToReader(ctx: ProjectContext, { masked, ciphertext }: StoredWebhookUrl): string {
  if (!hasPermission(ctx, "secret:manage")) return masked;
  try {
    return ctx.cipher.decrypt(ciphertext);
  } catch (error) {
    ctx.log.error({ err: error, projectId: ctx.projectId, url: masked }, "a stored URL cannot be decrypted");
    return masked;
  }
}
