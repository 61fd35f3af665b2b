import type { z } from "zod";
import type { Detail } from "../event-source/event-source";
import type { Limits } from "../pace";
import type { HmacSha256 } from "./webhook/signature";
import type { RetryPolicy } from "../retry";

/** The input from which an attempt makes its request. */
export type RequestInput<Stored = unknown> = {
  /** the stored form of the action's configuration */
  stored: Stored;
  decrypt: (ciphertext: string) => string;
  hmacSha256: HmacSha256;
  /** signing secrets, the newest first */
  secrets: readonly string[];
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  /** how many webhooks of this program led to this one, itself included */
  depth: number;
  timestamp: Date;
  /** the frozen body */
  body: string;
};

/** One HTTP request, ready to send. */
export type ActionRequest = {
  url: string;
  /** the URL without the parts that can be a credential */
  shownUrl: string;
  method: "POST" | "PUT" | "PATCH";
  headers: Record<string, string>;
  /** the body that is sent: the frozen body with secrets in place of their placeholders */
  body: string;
  /** names of headers whose values must not be kept or shown */
  secretHeaders: string[];
  /** values that stand in the body and must not be kept or shown */
  bodySecrets: string[];
  timeouts: { connectMs: number; headersMs: number; totalMs: number };
  storeResponse: boolean;
};

/**
 * A kind of action. Its configuration has three forms. The input form has secrets in the clear, or leaves them out to
 * keep the stored ones. The stored form has them encrypted. The safe form has none.
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
   * Makes the stored form.
   * @param previous the stored form before the change, which kept secrets come from
   * @throws ConfigurationError if a secret is left out and none is stored
   */
  store(input: Input, encrypt: (plain: string) => string, previous: Stored | null): Stored;
  /**
   * Makes the safe form.
   * @param decrypt null for a person who may not see secrets
   */
  safe(stored: Stored, decrypt: ((ciphertext: string) => string) | null): Safe;
  /**
   * Makes the form that a version keeps: all that a restore needs. Encrypted values are members called `ciphertext`.
   */
  keep(stored: Stored): unknown;
  /** how much of the event the action sends */
  detailOf(stored: Stored): Detail;
  retryOf(stored: Stored): RetryPolicy;
  /** the limits of requests to its endpoint */
  limitsOf(stored: Stored): Limits;
  /** the URL that the action calls; the guard checks it when the action is saved */
  urlOf(stored: Stored, decrypt: (ciphertext: string) => string): string;
  /** scheme, host and port of that URL; null if it is not a URL */
  originOf(stored: Stored): string | null;
  /**
   * Returns the Liquid template that makes the body, once, before the first attempt. Null: the envelope is the body,
   * see buildEnvelope.
   */
  templateOf(stored: Stored): string | null;
  /**
   * Makes the request of an attempt.
   * @throws Error with a sentence for people if no request can be made
   */
  request(input: RequestInput<Stored>): ActionRequest;
};
