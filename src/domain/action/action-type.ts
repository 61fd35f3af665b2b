import type { z } from "zod";
import type { Detail } from "../event-source/event-source";
import type { Limits } from "../pace";
import type { RetryPolicy } from "../retry";

/** What an attempt knows when its request is made. */
export type RequestInput = {
  /** the stored form of the action's configuration */
  configuration: unknown;
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

/** The bytes to send, as text, or why there are none; the message quotes nothing of the event. */
export type BodyResult = { ok: true; body: string } | { ok: false; message: string };

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
  safe(stored: Stored): Safe;
  /** how much of the event it is given */
  detailOf(stored: unknown): Detail;
  retryOf(stored: unknown): RetryPolicy;
  /** what its endpoint is given at once and in a second */
  limitsOf(stored: unknown): Limits;
  /** the URL it calls, for the guard's check when it is saved */
  urlOf(input: Input): string;
  /** what is sent of an event, made once, before the first attempt. @param envelope the event as JSON, see buildEnvelope */
  bodyOf(stored: unknown, envelope: string): BodyResult;
  /** @throws Error in words, where no request can be made */
  request(input: RequestInput): ActionRequest;
};
