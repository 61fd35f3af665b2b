import type { z } from "zod";
import type { Detail } from "../event-source/event-source";
import type { Limits } from "../pace";
import type { RetryPolicy } from "../retry";
import type { ActionForm } from "./action-form";
import { problemOfStored } from "./stored-problem";
import type { HmacSha256 } from "./webhook/signature";

/** JSON text as an object. */
export type JsonObject = Record<string, unknown>;
type Encrypt = (plain: string) => string;
export type Decrypt = (ciphertext: string) => string;

/** The input from which an attempt makes its message. */
export type MessageInput = {
  decrypt: Decrypt;
  hmacSha256: HmacSha256;
  /** signing secrets, the newest first; none for a type without them */
  secrets: readonly string[];
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  /** how many webhooks of this program led to this one, itself included */
  depth: number;
  timestamp: Date;
  /** the span of the attempt; null without tracing */
  traceparent: string | null;
  /** the frozen body, which is JSON; empty where only the target is described */
  body: string;
};

export type PreviewInput = { triggerId: string; timestamp: Date };
/** How the body of a message is made, and what stands above it: the head of a request, for instance. */
export type MessagePreview = { detail: Detail; template: string | null; head: string };

/** The message of one attempt. The sender of its transport knows the other members. */
export type ActionMessage = { transport: string };

/** A URL of a configuration that the guard checks, and its field in the form. */
export type CheckedUrl = { field: string; url: string };

/** Where an action delivers to, for lists: `POST` and a URL, for instance. */
export type ActionTarget = { verb: string | null; address: string };

/**
 * A kind of action. Its configuration has three forms. The input form has secrets in the clear, or leaves them
 * out to keep the stored ones. The stored form has them encrypted. The safe form has none.
 */
export type ActionTypeSpec<Input extends JsonObject, Stored extends JsonObject, Safe extends JsonObject> = {
  name: string;
  label: string;
  description: string;
  /** whether its actions have a signing secret, which is shown once and can be rotated */
  hasSigningSecret: boolean;
  /** the form as data; the interface draws it */
  form: ActionForm;
  input: z.ZodType<Input>;
  stored: z.ZodType<Stored>;
  safeForm: z.ZodType<Safe>;
  /** the values of an empty form */
  blank: Input;
  /** the values of the form that changes a saved action; a secret is left out */
  edit(safe: Safe): Input;
  /**
   * Makes the stored form.
   * @param previous the stored form before the change, which kept secrets come from
   * @throws ConfigurationError if a secret is left out and none is stored
   */
  store(input: Input, encrypt: Encrypt, previous: Stored | null): Stored;
  /**
   * Makes the safe form.
   * @param decrypt null for a person who may not see secrets
   */
  safe(stored: Stored, decrypt: Decrypt | null): Safe;
  /** Makes the form that a version keeps: all that a restore needs. Encrypted values are members called `ciphertext`. */
  keep(stored: Stored): JsonObject;
  /**
   * Makes the fields of the input form for a file that people keep. The caller then leaves out each field with the value of
   * `blank`.
   */
  inFile(safe: Safe): JsonObject;
  /** Makes the input form of a version's form, to restore it. The schema of the input then checks it. */
  restore(kept: JsonObject, decrypt: Decrypt): JsonObject;
  /** The values of a saved form: entered secrets are left out, because they are stored now. */
  withoutSecrets(input: Input): Input;
  /** The message that an event would lead to, as a page shows it. */
  preview(safe: Safe, input: PreviewInput): MessagePreview;
  /** Where it delivers to, without credentials unless the safe form has them. */
  targetOf(safe: Safe): ActionTarget;
  /** how much of the event the action sends */
  detailOf(stored: Stored): Detail;
  retryOf(stored: Stored): RetryPolicy;
  /** the limits of deliveries to its endpoint */
  limitsOf(stored: Stored): Limits;
  /** the URLs that the guard checks when the action is saved */
  urlsOf(stored: Stored, decrypt: Decrypt): CheckedUrl[];
  /**
   * Returns the Liquid template that makes the body, once, before the first attempt. Null: the envelope is the body,
   * see buildEnvelope. The output must be JSON: a text is a JSON string, and `message` parses it.
   *
   * The input has the template in the field `template`, where problems of a test are shown. Its schema refuses a name
   * `secrets.x` without a value, see secretsNamedIn. The body has a placeholder for it, which only fillSecrets replaces.
   */
  templateOf(stored: Stored): string | null;
  /**
   * Makes the message of an attempt. An empty body must not throw: the history describes the target with it.
   * @throws Error with a sentence for people if no message can be made
   */
  message(stored: Stored, input: MessageInput): ActionMessage;
};

/** A stored configuration, bound to its type. */
export type ActionConfiguration = {
  type: ActionType;
  /** the stored form, for the database */
  stored: JsonObject;
  safe(decrypt: Decrypt | null): JsonObject;
  keep(): JsonObject;
  /** without credentials */
  inFile(): JsonObject;
  target(decrypt: Decrypt | null): ActionTarget;
  detail: Detail;
  retry: RetryPolicy;
  limits: Limits;
  urls(decrypt: Decrypt): CheckedUrl[];
  template: string | null;
  /** @throws Error with a sentence for people if no message can be made */
  message(input: MessageInput): ActionMessage;
};

/** A configuration that was read; or in words why it cannot be. */
export type ReadConfiguration = { configuration: ActionConfiguration; problem: null } | { problem: string };

/** An action type as the registry has it. Its functions take JSON, and parse it by the schemas of the type. */
export type ActionType = {
  name: string;
  label: string;
  description: string;
  hasSigningSecret: boolean;
  form: ActionForm;
  input: z.ZodType<JsonObject>;
  stored: z.ZodType<JsonObject>;
  blank: JsonObject;
  /** Reads a stored configuration. It may not fit any more, since schemas change. */
  read(stored: unknown): ReadConfiguration;
  /**
   * Makes a configuration from a form's input.
   * @param previous the stored form before the change; an unreadable one keeps no secret
   * @throws ZodError; ConfigurationError if a secret is left out and none is stored
   */
  store(input: unknown, encrypt: Encrypt, previous: unknown): ActionConfiguration;
  /** The form's values of a safe form; those of an empty form if it cannot be read. */
  edit(safe: unknown): JsonObject;
  /** The form's values after they were saved. */
  withoutSecrets(values: JsonObject): JsonObject;
  /** Null if the safe form cannot be read. */
  preview(safe: unknown, input: PreviewInput): MessagePreview | null;
  restore(kept: JsonObject, decrypt: Decrypt): JsonObject;
};

/** Makes the action type of the registry. Only its own functions see the forms of its configuration. */
export function defineActionType<Input extends JsonObject, Stored extends JsonObject, Safe extends JsonObject>(
  spec: ActionTypeSpec<Input, Stored, Safe>,
): ActionType {
  const bind = (stored: Stored): ActionConfiguration => ({
    type,
    stored,
    safe: (decrypt) => spec.safe(stored, decrypt),
    keep: () => spec.keep(stored),
    inFile: () => spec.inFile(spec.safe(stored, null)),
    target: (decrypt) => spec.targetOf(spec.safe(stored, decrypt)),
    detail: spec.detailOf(stored),
    retry: spec.retryOf(stored),
    limits: spec.limitsOf(stored),
    urls: (decrypt) => spec.urlsOf(stored, decrypt),
    template: spec.templateOf(stored),
    message: (input) => spec.message(stored, input),
  });
  const { name, label, description, hasSigningSecret, form, input, stored, blank, restore } = spec;
  const type: ActionType = {
    ...{ name, label, description, hasSigningSecret, form, input, stored, blank, restore },
    read: (json) => {
      const parsed = spec.stored.safeParse(json);
      return parsed.success
        ? { configuration: bind(parsed.data), problem: null }
        : { problem: problemOfStored(parsed.error) };
    },
    store: (values, encrypt, previous) =>
      bind(
        spec.store(
          spec.input.parse(values),
          encrypt,
          previous === null ? null : (spec.stored.safeParse(previous).data ?? null),
        ),
      ),
    edit: (safe) => {
      const parsed = spec.safeForm.safeParse(safe);
      return parsed.success ? spec.edit(parsed.data) : spec.blank;
    },
    withoutSecrets: (values) => {
      const parsed = spec.input.safeParse(values);
      return parsed.success ? spec.withoutSecrets(parsed.data) : values;
    },
    preview: (safe, context) => {
      const parsed = spec.safeForm.safeParse(safe);
      return parsed.success ? spec.preview(parsed.data, context) : null;
    },
  };
  return type;
}
