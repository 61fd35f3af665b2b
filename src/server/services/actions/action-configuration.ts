import { z } from "zod";
import type { ActionConfiguration, ActionType, ConfigurationUrl } from "@/domain/action/action-type";
import { ConfigurationError } from "@/domain/action/configuration-error";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { describeActionTypeUnavailability } from "../deliveries/senders/action-type-unavailability";
import { checkWebhookUrl } from "../webhook-url";

/** Returns an action type. @throws AppError BAD_REQUEST at the field `type` if there is none of that name */
export function requireActionType(name: string): ActionType {
  const type = getActionType(name);
  if (type) return type;
  const message = `There is no action type called ${name}.`;
  throw new AppError("BAD_REQUEST", message, { fields: { type: message } });
}

/** @throws AppError UNPROCESSABLE at the field `type` if this installation delivers nothing of it */
export function requireAvailableActionType(ctx: ProjectContext, type: ActionType): void {
  const message = describeActionTypeUnavailability(ctx, type);
  if (message !== null) throw new AppError("UNPROCESSABLE", message, { fields: { type: message } });
}

/** A configuration to store. `warning` is a doubt about one of its URLs, which does not refuse the configuration. */
type CheckedConfiguration = { configuration: ActionConfiguration; warning: string | null };

/**
 * Turns a form's input into the stored form. The type's schema and the guard check it, and secrets are encrypted. A
 * kept secret goes only to the host that it was entered for. For another host a person must enter it again.
 * @param previous the stored form before the change; null for a new action
 * @throws AppError BAD_REQUEST with fields below `configuration`; TOO_MANY_REQUESTS
 */
export async function checkActionConfiguration(
  ctx: ProjectContext,
  { type, input, previous }: { type: ActionType; input: unknown; previous: unknown },
): Promise<CheckedConfiguration> {
  const configuration = toStoredActionConfiguration(type, input, { encrypt: ctx.cipher.encrypt, previous });
  const warnings: string[] = [];
  for (const { field, url } of urlsOf(ctx, configuration)) {
    const warning = await checkWebhookUrl(ctx, url, `configuration.${field}`);
    if (warning !== null) warnings.push(warning);
  }
  return { configuration, warning: warnings.length > 0 ? warnings.join(" ") : null };
}

/** Makes the stored form without asking the guard. @throws AppError BAD_REQUEST with fields below `configuration` */
export function toStoredActionConfiguration(
  type: ActionType,
  input: unknown,
  { encrypt, previous }: { encrypt: (plain: string) => string; previous: unknown },
): ActionConfiguration {
  try {
    return type.store(input, encrypt, previous);
  } catch (error) {
    if (error instanceof z.ZodError) throw configurationError(error);
    if (error instanceof ConfigurationError) throw misfit(error);
    throw error;
  }
}

/** Makes the error of a configuration that cannot be stored, with its fields. */
function misfit(error: ConfigurationError): AppError {
  const fields = Object.fromEntries(
    Object.entries(error.fields).map(([path, message]) => [`configuration.${path}`, message]),
  );
  return new AppError("BAD_REQUEST", error.message, { fields });
}

/**
 * Lists the URLs of a configuration.
 * @throws AppError BAD_REQUEST at the URL if the encryption key of a kept URL is gone
 */
function urlsOf(ctx: ProjectContext, configuration: ActionConfiguration): ConfigurationUrl[] {
  try {
    return configuration.urls(ctx.cipher.decrypt);
  } catch {
    const message = "The stored URL cannot be decrypted. Enter it again.";
    throw new AppError("BAD_REQUEST", message, { fields: { "configuration.url": message } });
  }
}

/** Makes the error of a configuration that its schema refuses, with its fields. */
function configurationError(error: z.ZodError): AppError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[["configuration", ...issue.path].join(".")] ??= issue.message;
  return new AppError("BAD_REQUEST", error.issues[0]?.message ?? "The configuration is not valid.", { fields });
}
