import { type z } from "zod";
import type { ActionType } from "@/domain/action/action-type";
import { ConfigurationError } from "@/domain/action/configuration-error";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { checkWebhookUrl } from "../webhook-url";

/** @throws AppError BAD_REQUEST at the field `type` */
export function actionTypeOf(name: string): ActionType {
  const type = getActionType(name);
  if (type) return type;
  const message = `There is no action type called ${name}.`;
  throw new AppError("BAD_REQUEST", message, { fields: { type: message } });
}

/** The stored form of a configuration. `warning`: a doubt about its URL that does not refuse it. */
export type CheckedConfiguration = { stored: unknown; warning: string | null };

/**
 * Turns a form's input into the stored form. The type's schema and the guard check it, and secrets are encrypted. A
 * kept secret goes only to the host it was entered for. Another host needs the secret again.
 * @param previous the stored form before the change, null for a new action
 * @throws AppError BAD_REQUEST with fields below `configuration`; TOO_MANY_REQUESTS
 */
export async function toStored(
  ctx: ProjectContext,
  type: ActionType,
  configuration: unknown,
  previous: unknown,
): Promise<CheckedConfiguration> {
  const parsed = type.input.safeParse(configuration);
  if (!parsed.success) throw invalid(parsed.error);
  // An unreadable stored form keeps no secret. The person enters the URL and the secrets again.
  const before = previous === null ? null : (type.stored.safeParse(previous).data ?? null);
  let stored: unknown;
  try {
    stored = type.store(parsed.data, ctx.cipher.encrypt, before);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw misfit(error);
  }
  const url = urlOf(ctx, type, stored);
  return { stored, warning: await checkWebhookUrl(ctx, url, "configuration.url") };
}

/** The fields of a configuration that cannot be stored. */
export function misfit(error: ConfigurationError): AppError {
  const fields = Object.fromEntries(
    Object.entries(error.fields).map(([path, message]) => [`configuration.${path}`, message]),
  );
  return new AppError("BAD_REQUEST", error.message, { fields });
}

/** @throws AppError BAD_REQUEST at the URL if the key of the kept URL is gone */
function urlOf(ctx: ProjectContext, type: ActionType, stored: unknown): string {
  try {
    return type.urlOf(stored, ctx.cipher.decrypt);
  } catch {
    const message = "The stored URL cannot be decrypted. Enter it again.";
    throw new AppError("BAD_REQUEST", message, { fields: { "configuration.url": message } });
  }
}

/** The fields of a configuration that its schema refuses. */
export function invalid(error: z.ZodError): AppError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[["configuration", ...issue.path].join(".")] ??= issue.message;
  return new AppError("BAD_REQUEST", error.issues[0]?.message ?? "The configuration is not valid.", { fields });
}
