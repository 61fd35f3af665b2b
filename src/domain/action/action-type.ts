import type { z } from "zod";
import type { Detail } from "../event-source/event-source";
import type { Limits } from "../pace";
import type { RetryPolicy } from "../retry";

/** What an attempt knows when its request is made. */
export type RequestInput<Stored = unknown> = {
  /** the stored form of the action's configuration */
  stored: Stored;
  decrypt: (ciphertext: string) => string;
  /** signing secrets, the newest first */
  secrets: readonly string[];
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  /** how many webhooks of ours led to this one, itself included */
  depth: number;
  timestamp: Date;
  /** as it was frozen */
  body: string;
};

/** One HTTP request, ready to send. */
export type ActionRequest = {
  url: string;
  /** without what can be a credential */
  shownUrl: string;
  method: "POST" | "PUT" | "PATCH";
  headers: Record<string, string>;
  /** what is sent: the frozen body, with secrets in their places */
  body: string;
  /** names of headers whose values must not be kept or shown */
  secretHeaders: string[];
  /** values that stand in the body and must not be kept or shown */
  bodySecrets: string[];
  timeouts: { connectMs: number; headersMs: number; totalMs: number };
  storeResponse: boolean;
};

/**
 * A kind of action. Its configuration has three forms: what a form sends (secrets in the clear, or left out to keep
 * them), what is stored (secrets encrypted), and what may be shown (no secrets).
 */
// Types of different configurations stand in one registry; only the type itself knows its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ActionType<Input = any, Stored = any, Safe = any> = {
  name: string;
  label: string;
  description: string;
  input: z.ZodType<Input>;
  stored: z.ZodType<Stored>;
  /**
   * @param previous the stored form that is being changed: kept secrets are taken from it
   * @throws ConfigurationError where there is nothing to keep
   */
  store(input: Input, encrypt: (plain: string) => string, previous: Stored | null): Stored;
  /** @param decrypt null for those who may not see secrets */
  safe(stored: Stored, decrypt: ((ciphertext: string) => string) | null): Safe;
  /** What a version keeps: no secret, but what a restore brings back. Encrypted values stand under the name `ciphertext`. */
  keep(stored: Stored): unknown;
  /** how much of the event it is given */
  detailOf(stored: Stored): Detail;
  retryOf(stored: Stored): RetryPolicy;
  /** what its endpoint is given at once and in a second */
  limitsOf(stored: Stored): Limits;
  /** the URL it calls, for the guard's check when it is saved */
  urlOf(stored: Stored, decrypt: (ciphertext: string) => string): string;
  /** scheme, host and port of that URL; null where it is no URL */
  originOf(stored: Stored): string | null;
  /**
   * The Liquid template that makes what is sent of an event, once, before the first attempt. Null: the event is sent as it
   * is, see buildEnvelope.
   */
  templateOf(stored: Stored): string | null;
  /** @throws Error in words, where no request can be made */
  request(input: RequestInput<Stored>): ActionRequest;
};
