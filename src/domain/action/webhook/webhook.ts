import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ActionRequest, ActionType, RequestInput } from "../action-type";
import { keepWebhook, safeWebhook, storeWebhook, WebhookInput, WebhookStored, type WebhookSafe } from "./config";
import { buildHeaders, traceparentOf } from "./headers";
import { sign } from "./signature";
import { fillSecrets, secretsNamedIn } from "./template/secrets";
import { originOf } from "./url";

/** A signed HTTP request (Standard Webhooks 1.0). */
export const webhook: ActionType<WebhookInput, WebhookStored, WebhookSafe> = {
  name: "webhook",
  label: "Webhook",
  description: "A signed HTTP request to a URL of yours.",
  input: WebhookInput,
  stored: WebhookStored,
  store: storeWebhook,
  safe: safeWebhook,
  keep: keepWebhook,
  detailOf: (stored) => stored.detail,
  retryOf: (stored) => stored.retry,
  limitsOf: ({ maxConcurrent, maxPerSecond }) => ({ maxConcurrent, maxPerSecond }),
  urlOf: (stored, decrypt) => decrypt(stored.url.ciphertext),
  originOf: (stored) => originOf(stored.url.masked),
  templateOf: ({ template }) => template,
  request,
};

function request(input: RequestInput<WebhookStored>): ActionRequest {
  const { stored } = input;
  const timestamp = Math.floor(input.timestamp.getTime() / 1_000);
  const custom = stored.headers.map((header) => ({
    name: header.name,
    value: header.secret ? input.decrypt(header.ciphertext) : header.value,
    secret: header.secret,
  }));
  const secretNamed = (name: string): string | undefined =>
    custom.find((header) => header.secret && header.name.toLowerCase() === name)?.value;
  const { body, secrets } = fillSecrets(input.body, input.executionId, secretNamed);
  // A secret header that the body or the template names is sent in the body alone.
  const inBody = new Set([
    ...secrets.keys(),
    ...secretsNamedIn(stored.template ?? "").map((name) => name.toLowerCase()),
  ]);
  return {
    body,
    bodySecrets: [...secrets.values()],
    url: input.decrypt(stored.url.ciphertext),
    shownUrl: stored.url.masked,
    method: stored.method,
    headers: buildHeaders({
      executionId: input.executionId,
      triggerId: input.triggerId,
      attempt: input.attempt,
      depth: input.depth,
      timestamp,
      signature:
        input.secrets.length > 0
          ? sign({ secrets: input.secrets, id: input.executionId, timestamp, body }, input.hmacSha256)
          : null,
      traceparent: traceparentOf(hashHex(input.executionId, 16), hashHex(`${input.executionId}/${input.attempt}`, 8)),
      custom: custom.filter(({ name, secret }) => !secret || !inBody.has(name.toLowerCase())),
    }),
    secretHeaders: stored.headers.filter((header) => header.secret).map((header) => header.name),
    timeouts: stored.timeouts,
    storeResponse: stored.storeResponse,
  };
}

const hashHex = (text: string, bytes: number): string => bytesToHex(sha256(utf8ToBytes(text)).slice(0, bytes));
