import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  SECRET_IN_SAMPLE_CONFIGURATION,
  type ActionTypeSpec,
  type AttemptMessageInput,
  type MessagePreview,
  type MessagePreviewInput,
} from "../action-type";
import {
  toWebhookFormValues,
  toVersionHistoryWebhook,
  toWebhookInputFromVersion,
  toSafeWebhook,
  toStoredWebhook,
  toConfigurationFileWebhook,
  WebhookInput,
  SafeWebhook,
  StoredWebhook,
} from "./config";
import { webhookFormLayout } from "./form-layout";
import { buildDeliveryHeaders, makeTraceparent } from "./delivery-headers";
import type { HttpMessage } from "./http-message";
import { signWebhook } from "./signature";
import { replaceSecretPlaceholders, listSecretNamesInTemplate } from "./template/secrets";

/** The action type `webhook`: a signed HTTP request (Standard Webhooks 1.0). */
export const webhookActionType: ActionTypeSpec<WebhookInput, StoredWebhook, SafeWebhook, "http"> = {
  name: "webhook",
  transport: "http",
  label: "Webhook",
  description: "A signed HTTP request to a URL of yours.",
  hasSigningSecret: true,
  form: webhookFormLayout,
  input: WebhookInput,
  stored: StoredWebhook,
  safeForm: SafeWebhook,
  blank: { ...WebhookInput.parse({ url: "https://" }), url: "" },
  sample: WebhookInput.parse({
    url: `https://example.com/hooks/${SECRET_IN_SAMPLE_CONFIGURATION}`,
    template: '{ "id": "{{ observation.id }}" }',
    headers: [
      { name: "Authorization", value: `Bearer ${SECRET_IN_SAMPLE_CONFIGURATION}`, secret: true },
      { name: "X-Team", value: "search", secret: false },
    ],
  }),
  edit: toWebhookFormValues,
  withoutSecrets: (input) => ({
    ...input,
    headers: input.headers.map((header) => (header.secret ? { name: header.name, secret: true } : header)),
  }),
  store: toStoredWebhook,
  safe: toSafeWebhook,
  keep: toVersionHistoryWebhook,
  inFile: toConfigurationFileWebhook,
  restore: toWebhookInputFromVersion,
  preview,
  targetOf: ({ method, url }) => ({ verb: method, address: url }),
  detailOf: (stored) => stored.detail,
  retryOf: (stored) => stored.retry,
  limitsOf: ({ maxConcurrent, maxPerSecond }) => ({ maxConcurrent, maxPerSecond }),
  urlsOf: (stored, decrypt) => [{ field: "url", url: decrypt(stored.url.ciphertext) }],
  templateOf: ({ template }) => template,
  message,
};

function message(stored: StoredWebhook, input: AttemptMessageInput): HttpMessage {
  const timestamp = Math.floor(input.timestamp.getTime() / 1_000);
  const custom = stored.headers.map((header) => ({
    name: header.name,
    value: header.secret ? input.decrypt(header.ciphertext) : header.value,
    secret: header.secret,
  }));
  const secretNamed = (name: string): string | undefined =>
    custom.find((header) => header.secret && header.name.toLowerCase() === name)?.value;
  const { body, secrets } = replaceSecretPlaceholders(input.body, input.executionId, secretNamed);
  // If the body or the template names a secret, no header carries it, even if the rendered body lacks it.
  const inBody = new Set([
    ...secrets.keys(),
    ...listSecretNamesInTemplate(stored.template ?? "").map((name) => name.toLowerCase()),
  ]);
  return {
    transport: "http",
    body,
    bodySecrets: [...secrets.values()],
    url: input.decrypt(stored.url.ciphertext),
    shownUrl: stored.url.masked,
    method: stored.method,
    headers: buildDeliveryHeaders({
      executionId: input.executionId,
      triggerId: input.triggerId,
      attempt: input.attempt,
      depth: input.depth,
      timestamp,
      signature:
        input.secrets.length > 0
          ? signWebhook({ secrets: input.secrets, id: input.executionId, timestamp, body }, input.hmacSha256)
          : null,
      traceparent:
        input.traceparent ??
        makeTraceparent(hashHex(input.executionId, 16), hashHex(`${input.executionId}/${input.attempt}`, 8)),
      custom: custom.filter(({ name, secret }) => !secret || !inBody.has(name.toLowerCase())),
    }),
    secretHeaders: stored.headers.filter((header) => header.secret).map((header) => header.name),
    timeouts: stored.timeouts,
    storeResponse: stored.storeResponse,
  };
}

const hashHex = (text: string, bytes: number): string => bytesToHex(sha256(utf8ToBytes(text)).slice(0, bytes));

function preview(safe: SafeWebhook, { triggerId, timestamp }: MessagePreviewInput): MessagePreview {
  const headers = buildDeliveryHeaders({
    executionId: "exe_…",
    triggerId,
    attempt: 1,
    depth: 1,
    timestamp: Math.floor(timestamp.getTime() / 1_000),
    signature: "v1,…",
    traceparent: "00-…-…-01",
    custom: safe.headers.map((header) => ({
      name: header.name,
      value: header.secret ? `••••${header.last4}` : header.value,
    })),
  });
  const head = [
    `${safe.method} ${safe.url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join("\n");
  return { detail: safe.detail, template: safe.template, head };
}
