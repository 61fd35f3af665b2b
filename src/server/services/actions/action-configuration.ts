import { z } from "zod";
import type { ActionConfiguration, ActionType, ConfigurationUrl } from "@/domain/action/action-type";
import { ConfigurationError } from "@/domain/action/configuration-error";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { describeActionTypeUnavailability } from "../deliveries/senders/action-type-unavailability";
import { checkWebhookUrl } from "../webhook-url";

/**
 * Returns the action type of a name, such as `webhook`.
 * @throws AppError BAD_REQUEST at the field `type` if no action type has that name
 */
export function requireActionType(name: string): ActionType {
  const type = getActionType(name);
  if (type) return type;
  const message = `There is no action type called ${name}.`;
  throw new AppError("BAD_REQUEST", message, { fields: { type: message } });
}

/** @throws AppError UNPROCESSABLE at the field `type` if this installation cannot deliver actions of this type */
export function requireAvailableActionType(ctx: ProjectContext, type: ActionType): void {
  const message = describeActionTypeUnavailability(ctx, type);
  if (message !== null) throw new AppError("UNPROCESSABLE", message, { fields: { type: message } });
}

/**
 * A configuration that may be stored. `warning` tells the person about a doubtful URL, which is accepted nevertheless;
 * null without a doubt.
 */
type CheckedConfiguration = { configuration: ActionConfiguration; warning: string | null };

/**
 * Checks the input of an action form and turns it into the configuration to store, with encrypted secrets. The guard
 * checks each URL. A stored secret is kept only while the URL keeps its scheme, host and port. Otherwise a person must
 * enter the secret again.
 * @param previous the stored configuration before the change; null for a new action
 * @throws AppError BAD_REQUEST with fields below `configuration`; TOO_MANY_REQUESTS after 60 checked URLs of a person
 * in a minute
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

/**
 * Turns the input of an action form into the configuration to store, but does not check its URLs.
 * @throws AppError BAD_REQUEST with fields below `configuration`
 */
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

/** Turns an action type's refusal of a configuration into an AppError with the fields at fault. */
function misfit(error: ConfigurationError): AppError {
  const fields = Object.fromEntries(
    Object.entries(error.fields).map(([path, message]) => [`configuration.${path}`, message]),
  );
  return new AppError("BAD_REQUEST", error.message, { fields });
}

/**
 * Lists the URLs to which a configuration sends.
 * @throws AppError BAD_REQUEST at the field `configuration.url` if a stored URL cannot be decrypted
 */
function urlsOf(ctx: ProjectContext, configuration: ActionConfiguration): ConfigurationUrl[] {
  try {
    return configuration.urls(ctx.cipher.decrypt);
  } catch {
    const message = "The stored URL cannot be decrypted. Enter it again.";
    throw new AppError("BAD_REQUEST", message, { fields: { "configuration.url": message } });
  }
}

/** Turns the schema's refusal of a configuration into an AppError with the fields at fault. */
function configurationError(error: z.ZodError): AppError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[["configuration", ...issue.path].join(".")] ??= issue.message;
  return new AppError("BAD_REQUEST", error.issues[0]?.message ?? "The configuration is not valid.", { fields });
}
