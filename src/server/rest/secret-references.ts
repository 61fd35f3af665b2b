import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { isJsonObject } from "@/domain/json/json-kinds";

/**
 * Replaces references to environment variables in the URL and headers of a configuration. A reference is `{"env":
 * "NAME"}` instead of a text. The operator lists the allowed variables in API_SECRET_VARIABLES.
 * @throws AppError BAD_REQUEST at the place of a variable that is not allowed or not set, and at a header that is not
 * marked as secret
 */
export function resolveSecretReferences(
  { env }: Pick<ServiceContext, "env">,
  configuration: Record<string, unknown>,
): Record<string, unknown> {
  const resolve = (value: unknown, place: string): unknown => {
    const name = referenceIn(value);
    return name === null ? value : readAllowedVariable(env.apiSecrets, name, `configuration.${place}`);
  };
  // Only a header that is marked as secret may hold a variable: every member can read the other headers.
  const resolveHeader = (header: Record<string, unknown>, index: number): unknown => {
    if (header.secret !== true && referenceIn(header.value) !== null)
      throw notSecretError(`configuration.headers.${index}.value`);
    return { ...header, value: resolve(header.value, `headers.${index}.value`) };
  };
  const { headers } = configuration;
  return {
    ...configuration,
    ...("url" in configuration ? { url: resolve(configuration.url, "url") } : {}),
    ...(Array.isArray(headers)
      ? {
          headers: headers.map((header: unknown, index) =>
            isJsonObject(header) && "value" in header ? resolveHeader(header, index) : header,
          ),
        }
      : {}),
  };
}

function referenceIn(value: unknown): string | null {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return null;
  return typeof value.env === "string" ? value.env : null;
}

function readAllowedVariable(allowed: ReadonlyMap<string, string | undefined>, name: string, field: string): string {
  const value = allowed.get(name);
  if (value !== undefined) return value;
  const message = allowed.has(name)
    ? `The environment variable ${name} is not set. Ask the operator to set it.`
    : `The operator has not allowed the environment variable ${name}. It must stand in API_SECRET_VARIABLES.`;
  throw new AppError("BAD_REQUEST", message, { fields: { [field]: message } });
}

function notSecretError(field: string): AppError {
  const message = "Only a secret header may refer to an environment variable. Set secret to true.";
  return new AppError("BAD_REQUEST", message, { fields: { [field]: message } });
}
