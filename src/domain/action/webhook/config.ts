import { z } from "zod";
import { EventDetailLevel } from "../../event-source/event-source";
import { defaultEndpointLimits } from "../../endpoint-pace";
import { RetryPolicy } from "../../retry";
import { ConfigurationError } from "../configuration-error";
import { describeReservedHeader } from "./header-names";
import { listSecretNamesInTemplate } from "./template/secrets";
import { findTemplateProblem } from "./template/template";
import { isMaskedUrl, maskUrl, readUrlOrigin, StoredWebhookUrl } from "./url";

export const CUSTOM_HEADERS_MAX = 20;
const HEADER_VALUE_MAX = 4_096;
const URL_MAX = 2_048;

/** Explains why a header name is refused, and what to change; null for an allowed name. Grammar: RFC 9110, 5.6.2. */
function headerNameProblem(name: string): string | null {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/.test(name))
    return "A header name has letters, digits and - only, without spaces or colons.";
  const owner = describeReservedHeader(name);
  return owner === null ? null : `${name} cannot be set: ${owner}. Remove this header.`;
}

/** Explains why a header value is refused; null for an allowed value. */
function headerValueProblem(value: string): string | null {
  if (value.length > HEADER_VALUE_MAX) return `A header value has at most ${HEADER_VALUE_MAX} characters.`;
  if (/[\r\n\0]/.test(value)) return "A header value has no line breaks or NUL characters.";
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return "A header value has Latin-1 characters only.";
  return null;
}

const HeaderName = z.string().superRefine((name, context) => {
  const problem = headerNameProblem(name);
  if (problem) context.addIssue({ code: "custom", message: problem });
});
const HeaderValue = z.string().superRefine((value, context) => {
  const problem = headerValueProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

const Timeouts = z.object({
  connectMs: z.number().int().min(100, "at least 100 ms").max(5_000, "at most 5,000 ms").default(5_000),
  headersMs: z.number().int().min(100, "at least 100 ms").max(15_000, "at most 15,000 ms").default(15_000),
  totalMs: z.number().int().min(100, "at least 100 ms").max(20_000, "at most 20,000 ms").default(20_000),
});
const timeoutsDefault = { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 };

const shared = {
  method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
  detail: EventDetailLevel.default("standard"),
  retry: RetryPolicy.default({ preset: "standard" }),
  timeouts: Timeouts.default(timeoutsDefault),
  /** whether the first 16 KB of responses are kept */
  storeResponse: z.boolean().default(true),
  /** the most requests to the endpoint at the same time, over all processes */
  maxConcurrent: z
    .number()
    .int("use a whole number")
    .min(1, "at least 1")
    .max(100, "at most 100")
    .default(defaultEndpointLimits.maxConcurrent),
  /** the average rate of requests, a second; null: no limit */
  maxPerSecond: z
    .number()
    .int("use a whole number")
    .min(1, "at least 1")
    .max(1_000, "at most 1,000")
    .nullable()
    .default(defaultEndpointLimits.maxPerSecond),
};

const Template = z.string().superRefine((text, context) => {
  const problem = findTemplateProblem(text);
  if (problem) context.addIssue({ code: "custom", message: `Line ${problem.line}: ${problem.reason}.` });
});

const WebhookFields = z.object({
  ...shared,
  /** an empty text keeps the stored URL, and so does the stored URL in its masked form */
  url: z.string().max(URL_MAX, `A URL has at most ${URL_MAX} characters.`).default(""),
  /** a Liquid template that makes the body from the envelope; null: the envelope is the body */
  template: Template.nullable().default(null),
  headers: z
    .array(z.object({ name: HeaderName, value: HeaderValue.optional(), secret: z.boolean().default(false) }))
    .max(CUSTOM_HEADERS_MAX, `At most ${CUSTOM_HEADERS_MAX} headers.`)
    .default([])
    .superRefine((headers, context) => {
      const seen = new Set<string>();
      headers.forEach(({ name, value, secret }, index) => {
        const lower = name.toLowerCase();
        if (seen.has(lower))
          context.addIssue({ code: "custom", path: [index, "name"], message: `${name} stands here twice.` });
        seen.add(lower);
        // Without a value a secret header keeps the stored secret. An empty text would replace it without notice.
        if (secret ? value === "" : value === undefined)
          context.addIssue({ code: "custom", path: [index, "value"], message: "Enter a value." });
      });
    }),
});

/**
 * The input form of a webhook's configuration. A secret header without a value keeps the stored value while the URL
 * keeps its scheme, host and port. A template may name only secrets that have a secret header.
 */
export const WebhookInput = WebhookFields.superRefine(({ template, headers }, context) => {
  const secrets = new Set(headers.filter(({ secret }) => secret).map(({ name }) => name.toLowerCase()));
  const missing = listSecretNamesInTemplate(template ?? "").find((name) => !secrets.has(name.toLowerCase()));
  if (missing !== undefined)
    context.addIssue({
      code: "custom",
      path: ["template"],
      message: `The template names secrets.${missing}: add a secret header of that name.`,
    });
});
export type WebhookInput = z.infer<typeof WebhookInput>;

/** The stored form of a webhook's configuration. The URL and the values of secret headers are encrypted. */
export const StoredWebhook = z.object({
  ...shared,
  url: StoredWebhookUrl,
  /** the template is not compiled on reading; if it no longer compiles, its rendering fails with a reason */
  template: z.string().nullable().default(null),
  headers: z.array(
    z.discriminatedUnion("secret", [
      z.object({ name: z.string(), secret: z.literal(false), value: z.string() }),
      z.object({ name: z.string(), secret: z.literal(true), ciphertext: z.string(), last4: z.string() }),
    ]),
  ),
});
export type StoredWebhook = z.infer<typeof StoredWebhook>;

/**
 * The safe form of a webhook's configuration, for pages. Its fields are listed one by one, so that a new field is not
 * shown by accident.
 */
export const SafeWebhook = z.object({
  ...shared,
  /** the whole URL for people who may see secrets, otherwise the masked URL */
  url: z.string(),
  template: z.string().nullable().default(null),
  headers: z.array(
    z.discriminatedUnion("secret", [
      z.object({ name: z.string(), secret: z.literal(false), value: z.string() }),
      z.object({ name: z.string(), secret: z.literal(true), last4: z.string() }),
    ]),
  ),
});
export type SafeWebhook = z.infer<typeof SafeWebhook>;

/**
 * Makes the stored form of a webhook from its input form.
 * @throws ConfigurationError if the URL is left out or masked, or the value of a secret header is left out, and no
 * stored one can be kept
 */
export function toStoredWebhook(
  input: WebhookInput,
  encrypt: (plain: string) => string,
  previous: StoredWebhook | null,
): StoredWebhook {
  const url = storeUrl(input.url, encrypt, previous?.url ?? null);
  // A secret goes only to the origin that it was entered for. For another origin a person must enter it again.
  const sameHost = previous !== null && readUrlOrigin(previous.url.masked) === readUrlOrigin(url.masked);
  const moved =
    previous === null || sameHost
      ? ""
      : " The request goes to another host now, so what is secret has to be entered again.";
  const kept = new Map((sameHost ? previous.headers : []).map((header) => [header.name.toLowerCase(), header]));
  return {
    ...input,
    url,
    headers: input.headers.map(({ name, value, secret }, index) => {
      if (!secret) return { name, secret: false, value: value ?? "" };
      if (value !== undefined)
        return { name, secret: true, ciphertext: encrypt(value), last4: value.length >= 12 ? value.slice(-4) : "" };
      const old = kept.get(name.toLowerCase());
      if (!old?.secret)
        throw new ConfigurationError({
          [`headers.${index}.value`]: `Enter a value for the secret header ${name}.${moved}`,
        });
      return { ...old, name };
    }),
  };
}

function storeUrl(
  url: string,
  encrypt: (plain: string) => string,
  previous: StoredWebhookUrl | null,
): StoredWebhookUrl {
  if (previous && (url === "" || url === previous.masked)) return previous;
  const problem =
    url === ""
      ? "Enter the URL to send to."
      : isMaskedUrl(url)
        ? "The path of this URL is hidden. Enter the whole URL, or leave the hidden one as it is."
        : null;
  if (problem) throw new ConfigurationError({ url: problem });
  return { masked: maskUrl(url), ciphertext: encrypt(url) };
}

/**
 * Makes the safe form of a webhook from its stored form.
 * @param decrypt null if the reader may see only the masked URL
 */
export function toSafeWebhook(stored: StoredWebhook, decrypt: ((ciphertext: string) => string) | null): SafeWebhook {
  const { url, method, detail, template, retry, timeouts, storeResponse, maxConcurrent, maxPerSecond, headers } =
    stored;
  return {
    url: decrypt ? decrypt(url.ciphertext) : url.masked,
    method,
    detail,
    template,
    retry,
    timeouts,
    storeResponse,
    maxConcurrent,
    maxPerSecond,
    headers: headers.map((header) =>
      header.secret
        ? { name: header.name, secret: true, last4: header.last4 }
        : { name: header.name, secret: false, value: header.value },
    ),
  };
}

/**
 * Makes the form of a webhook for its version history: the safe form, but with the stored URL, from which a restore
 * decrypts the whole URL.
 */
export const toVersionHistoryWebhook = (
  stored: StoredWebhook,
): Omit<SafeWebhook, "url"> & { url: StoredWebhookUrl } => ({
  ...toSafeWebhook(stored, null),
  url: stored.url,
});

/** Makes the input form of a webhook from a version of its history. A URL that cannot be read stays as it is. */
export function toWebhookInputFromVersion(kept: Record<string, unknown>, decrypt: (ciphertext: string) => string) {
  const url = StoredWebhookUrl.safeParse(kept.url);
  return url.success ? { ...kept, url: decrypt(url.data.ciphertext) } : kept;
}

/**
 * Returns the form's values for editing a saved webhook. A secret header has no value, which keeps the stored value.
 */
export const toWebhookFormValues = (safe: SafeWebhook): WebhookInput => ({
  ...safe,
  headers: safe.headers.map((header) =>
    header.secret ? { name: header.name, secret: true } : { name: header.name, secret: false, value: header.value },
  ),
});

/**
 * Returns the fields of a webhook for its file in a repository. Secret headers have no value, not even its last
 * characters.
 */
export const toConfigurationFileWebhook = (safe: SafeWebhook) => ({
  ...safe,
  headers: safe.headers.map((header) =>
    header.secret ? { name: header.name, secret: true } : { name: header.name, value: header.value },
  ),
});
