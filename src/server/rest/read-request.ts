import { z } from "zod";
import { decodeStrictUtf8 } from "@/domain/json/decode-utf8";
import { parseJson } from "@/domain/json/read-json";
import { checkCallInput } from "@/server/api/check-call-input";
import type { RestEndpoint, ExpectedVersion } from "./endpoint";
import { writeJsonPointer, ProblemError } from "./problem";
import { listUnknownFields } from "./unknown-fields";

/**
 * Parses the query of a URL by a schema. A list takes several values, as repeated parameters or separated by commas. Of
 * any other repeated parameter the last value counts.
 * @throws ProblemError invalid_request for an unknown parameter, or with the place of each fault
 */
export function readRequestQuery(
  { query = z.object({}) }: RestEndpoint,
  search: URLSearchParams,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    const isList = Object.hasOwn(query.shape, name) && takesList(query.shape[name] as z.ZodType);
    given[name] = isList ? values.flatMap((value) => value.split(",")) : values.at(-1);
  }
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(query.shape, name));
  if (unknown.length > 0) {
    const names = Object.keys(query.shape);
    const may = names.length > 0 ? `This endpoint knows ${names.join(", ")}.` : "This endpoint has none.";
    throw invalid(
      `The query has the unknown parameter ${unknown[0]}. ${may}`,
      unknown.map((name) => ({ pointer: `/${name}`, detail: "This parameter is unknown." })),
    );
  }
  checkCallInput(given);
  return parseRequestValue(query, given, "query");
}

const takesList = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodArray ||
  ((schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) && takesList(schema.unwrap() as z.ZodType));

/**
 * Parses the body of a request by a schema. An empty body counts as an empty object. A merge patch is only checked for
 * unknown fields here; the caller merges it and then parses the whole.
 * @throws ProblemError invalid_json, or invalid_request with the place of each fault
 */
export function readRequestBody({ body, readOnly, isPatch }: RestEndpoint, bytes: Uint8Array): unknown {
  if (!body) return {};
  const value = bytes.byteLength === 0 ? {} : parseJsonBody(bytes);
  checkCallInput(value);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("The body must be a JSON object.", [{ pointer: "", detail: "Send a JSON object." }]);
  refuseUnknownFields(listUnknownFields(value, readOnly ? [body, readOnly] : [body]));
  return isPatch ? value : parseRequestValue(body, value, "body");
}

/**
 * Refuses a body if the list of its unknown fields is not empty.
 * @throws ProblemError invalid_request with the place of each unknown field
 */
export function refuseUnknownFields(unknown: readonly PropertyKey[][]): void {
  if (unknown.length === 0) return;
  throw invalid(
    `The body has the unknown field ${writeJsonPointer(unknown[0]!)}. Correct its name, or remove it.`,
    unknown.map((path) => ({ pointer: writeJsonPointer(path), detail: "This field is unknown." })),
  );
}

/**
 * Parses the bytes of a body as JSON. A number with more digits than JavaScript holds becomes a LongNumber.
 * @throws ProblemError invalid_json for text that is not UTF-8 or not JSON
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decodeStrictUtf8(bytes);
  if (text === null) throw new ProblemError("invalid_json", 400, "The body is not UTF-8. Send JSON in UTF-8.");
  try {
    return parseJson(text);
  } catch (error) {
    throw new ProblemError("invalid_json", 400, `The body is not JSON: ${(error as Error).message}`);
  }
}

/**
 * Parses a value of a request by a schema.
 * @throws ProblemError invalid_request with the place of each fault
 */
export function parseRequestValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: writeJsonPointer(path), detail: message }));
  const [first] = errors;
  throw invalid(`The ${what} is not valid${first?.pointer ? ` at ${first.pointer}` : ""}: ${first?.detail}`, errors);
}

const invalid = (detail: string, errors: { pointer: string; detail: string }[]): ProblemError =>
  new ProblemError("invalid_request", 400, detail, { errors });

/**
 * Returns the version in the header If-Match; null without the header, or for an endpoint without versions.
 * @throws ProblemError version_mismatch for a header that is no ETag of this API
 */
export function readIfMatch({ hasVersion }: RestEndpoint, headers: Headers): ExpectedVersion | null {
  const header = headers.get("if-match");
  if (header === null || !hasVersion) return null;
  if (header.trim() === "*") return "*";
  const [, version] = /^"(\d{1,9})"$/.exec(header.trim()) ?? [];
  if (version !== undefined) return Number(version);
  throw new ProblemError(
    "version_mismatch",
    412,
    'If-Match is not an ETag of this API. Send the ETag of your last GET, for instance "3", or leave the header out.',
  );
}

/**
 * Checks that a resource has the version that the caller expects.
 * @returns the version that the change must still find; undefined if the caller expects none or any
 * @throws ProblemError version_mismatch if it has another
 */
export function requireVersionMatchesIfMatch(
  what: string,
  version: number,
  ifMatch: ExpectedVersion | null,
): number | undefined {
  if (ifMatch === null || ifMatch === "*") return undefined;
  if (ifMatch === version) return version;
  throw new ProblemError(
    "version_mismatch",
    412,
    `This ${what} is at version ${version}, and If-Match names version ${ifMatch}. ` +
      "Read it again, then repeat your change.",
    { headers: { etag: writeEtagOfVersion(version) } },
  );
}

export const writeEtagOfVersion = (version: number): string => `"${version}"`;
