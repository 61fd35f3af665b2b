import type { OtlpEncoding } from "@/domain/opentelemetry/otlp-answer";

/**
 * Returns the event key in the headers of an OTLP or Langfuse request: a Bearer token, the password of Basic
 * authentication, or x-api-key. Null without one.
 */
export function readEventKey(request: Request): string | null {
  const [scheme = "", credentials = ""] = (request.headers.get("authorization") ?? "").trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme) && credentials !== "") return credentials;
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(credentials, "base64").toString("utf8");
    const key = pair.slice(pair.indexOf(":") + 1);
    if (pair.includes(":") && key !== "") return key;
  }
  return request.headers.get("x-api-key")?.trim() || null;
}

/**
 * Returns the encoding of an OTLP body by its content type. Null: the type does not say, so the body must be examined.
 * Undefined: the type is not supported.
 */
export function readOtlpEncoding(request: Request): OtlpEncoding | null | undefined {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type === "application/json") return "json";
  if (type === "application/x-protobuf" || type === "application/protobuf") return "protobuf";
  return type === "" || type === "application/octet-stream" ? null : undefined;
}

/**
 * Returns the name and version of a Langfuse or OTLP client, from the headers of Langfuse's SDKs or else from its user
 * agent; null for what they leave out. Early Langfuse SDKs for JavaScript wrote the header names with underscores.
 */
export function readClientSdk(request: Request): { sdk: string | null; sdkVersion: string | null } {
  const header = (name: string): string | null =>
    short(request.headers.get(`x-langfuse-sdk-${name}`) ?? request.headers.get(`x_langfuse_sdk_${name}`));
  const sdk = header("name");
  if (sdk !== null) return { sdk: `langfuse-${sdk.replace(/^langfuse-/, "")}`, sdkVersion: header("version") };
  const agent = (request.headers.get("user-agent") ?? "").trim();
  const { product, version } = PRODUCT.exec(agent)?.groups ?? {};
  return { sdk: short(product ?? agent.split(/\s/, 1)[0]!), sdkVersion: short(version ?? null) };
}

/** Matches the first product in a user agent, whose name may have spaces: `OTel OTLP Exporter Go/1.38.0`. */
const PRODUCT = /^(?<product>[^/()]{1,100})\/(?<version>[^\s,;()]+)/;

/**
 * Returns the name and version of a client of the event endpoint, from the header of Inngest's SDKs, or else as
 * `readClientSdk` finds them: `inngest-js 4.11.0`. Null if no header tells them.
 */
export function readEventEndpointClient(request: Request): string | null {
  const told = /^(?:inngest-)?([\w-]+):v?([\w.-]+)/.exec(request.headers.get("x-inngest-sdk") ?? "");
  if (told) return `inngest-${told[1]!.slice(0, 20)} ${told[2]!.slice(0, 40)}`;
  const { sdk, sdkVersion } = readClientSdk(request);
  return sdk === null ? null : `${sdk} ${sdkVersion ?? ""}`.trim();
}

const TEXT_MAX = 100;
const short = (text: string | null): string | null => text?.trim().slice(0, TEXT_MAX) || null;
