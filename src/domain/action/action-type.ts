import type { z } from "zod";
import type { EventDetailLevel } from "../event-source/event-source";
import type { EndpointLimits } from "../endpoint-pace";
import type { RetryPolicy } from "../retry";
import type { ActionForm } from "./action-form";
import { describeConfigurationProblem } from "./configuration-problem";
import type { HmacSha256 } from "./webhook/signature";

export type JsonObject = Record<string, unknown>;
type Encrypt = (plain: string) => string;
export type DecryptText = (ciphertext: string) => string;

/** The input from which an attempt makes its message. */
export type MessageInput = {
  decrypt: DecryptText;
  hmacSha256: HmacSha256;
  /** signing secrets, the newest first; empty if the action type has none */
  secrets: readonly string[];
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  /** how many webhooks of this program led to this one, itself included */
  depth: number;
  timestamp: Date;
  /** the W3C trace context of the attempt; null without tracing */
  traceparent: string | null;
  /** the frozen body, which is JSON; empty if only the target of the message is needed */
  body: string;
};

export type MessagePreviewInput = { triggerId: string; timestamp: Date };
/** How a page shows a message: the detail and template of its body, and `head`, such as the head of a request. */
export type MessagePreview = { detail: EventDetailLevel; template: string | null; head: string };

/** The message of one attempt. The sender of its transport knows the other members. */
export type ActionMessage<Transport extends string = string> = { transport: Transport };

/** The text that stands for each secret in the sample of a type. */
export const sampleSecretText = "s3cret-value";

/** A URL of a configuration that the guard checks, and its field in the form. */
export type ConfigurationUrl = { field: string; url: string };

/** The target of an action, as lists show it: for instance `POST` and a URL. */
export type ActionTarget = { verb: string | null; address: string };

/**
 * A kind of action. Its configuration has three forms. The input form has secrets in the clear, or leaves them
 * out to keep the stored ones. The stored form has them encrypted. The safe form has none.
 */
export type ActionTypeSpec<
  Input extends JsonObject,
  Stored extends JsonObject,
  Safe extends JsonObject,
  Transport extends string = string,
> = {
  name: string;
  /** the transport of its messages; the compiler asks for a sender of each one */
  transport: Transport;
  label: string;
  description: string;
  /** whether an action of this type has a signing secret, which is shown once and can be rotated */
  hasSigningSecret: boolean;
  /** the form as data, which the interface draws */
  form: ActionForm;
  input: z.ZodType<Input>;
  stored: z.ZodType<Stored>;
  safeForm: z.ZodType<Safe>;
  /** the values of an empty form */
  blank: Input;
  /** a valid input with `sampleSecretText` as each secret, and a template if it has one; for a test of all types */
  sample: Input;
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
   * @param decrypt null if the person may not see secrets
   */
  safe(stored: Stored, decrypt: DecryptText | null): Safe;
  /**
   * Makes the form that a version of the action keeps, with all that a restore needs. Encrypted values are members
   * called `ciphertext`.
   */
  keep(stored: Stored): JsonObject;
  /**
   * Makes the input form for a file in a repository. The caller then leaves out each field that equals its value in
   * `blank`.
   */
  inFile(safe: Safe): JsonObject;
  /**
   * Makes the input form from the form that a version keeps, to restore it. The schema of the input form then checks
   * it.
   */
  restore(kept: JsonObject, decrypt: DecryptText): JsonObject;
  /** Returns the form's values without the secrets that were entered, because the secrets are stored now. */
  withoutSecrets(input: Input): Input;
  /** Makes the preview of the message that an event would lead to. */
  preview(safe: Safe, input: MessagePreviewInput): MessagePreview;
  /** Returns the target of the action. It holds credentials only if the safe form holds them. */
  targetOf(safe: Safe): ActionTarget;
  /** returns how much of the event the action sends */
  detailOf(stored: Stored): EventDetailLevel;
  retryOf(stored: Stored): RetryPolicy;
  /** returns the limits of deliveries to the action's endpoint */
  limitsOf(stored: Stored): EndpointLimits;
  /** lists the URLs that the guard checks when the action is saved */
  urlsOf(stored: Stored, decrypt: DecryptText): ConfigurationUrl[];
  /**
   * Returns the Liquid template of the body, which is rendered once, before the first attempt. Null: the envelope is
   * the body, see buildEnvelopeText. The output must be JSON: a text is a JSON string, and `message` parses it. The
   * template is the field `template` of the input form, where a test shows its problems. The schema of the input form
   * refuses a name `secrets.x` without a value, see secretsNamedIn. The body holds a placeholder for each secret, which
   * only fillSecrets replaces.
   */
  templateOf(stored: Stored): string | null;
  /**
   * Makes the message of an attempt. An empty body must not throw, because the history calls this to describe the
   * target.
   * @throws Error with a sentence for people if no message can be made
   */
  message(stored: Stored, input: MessageInput): ActionMessage<Transport>;
};

/** A stored configuration together with its action type. */
export type ActionConfiguration = {
  type: ActionType;
  /** the stored form, for the database */
  stored: JsonObject;
  safe(decrypt: DecryptText | null): JsonObject;
  keep(): JsonObject;
  /** the fields for a file in a repository, without credentials */
  inFile(): JsonObject;
  target(decrypt: DecryptText | null): ActionTarget;
  detail: EventDetailLevel;
  retry: RetryPolicy;
  limits: EndpointLimits;
  urls(decrypt: DecryptText): ConfigurationUrl[];
  template: string | null;
  /** @throws Error with a sentence for people if no message can be made */
  message(input: MessageInput): ActionMessage;
};

/** The configuration, or the reason, in words, why it cannot be read. */
export type ParsedConfiguration = { configuration: ActionConfiguration; problem: null } | { problem: string };

/** An action type in the registry. Its functions take JSON, and parse it by the schemas of the type. */
export type ActionType<Transport extends string = string> = {
  name: string;
  transport: Transport;
  label: string;
  description: string;
  hasSigningSecret: boolean;
  form: ActionForm;
  input: z.ZodType<JsonObject>;
  stored: z.ZodType<JsonObject>;
  blank: JsonObject;
  sample: JsonObject;
  /** Reads a stored configuration. It may no longer fit the schema of its type, because schemas change. */
  read(stored: unknown): ParsedConfiguration;
  /**
   * Makes a configuration from the input form.
   * @param previous the stored form before the change; an unreadable one keeps no secret
   * @throws ZodError; ConfigurationError if a secret is left out and none is stored
   */
  store(input: unknown, encrypt: Encrypt, previous: unknown): ActionConfiguration;
  /** Returns the form's values of a safe form, or of an empty form if the safe form cannot be read. */
  edit(safe: unknown): JsonObject;
  /** Returns the form's values without the secrets that were entered. */
  withoutSecrets(values: JsonObject): JsonObject;
  /** Makes the preview of a message; null if the safe form cannot be read. */
  preview(safe: unknown, input: MessagePreviewInput): MessagePreview | null;
  restore(kept: JsonObject, decrypt: DecryptText): JsonObject;
};

/**
 * Makes an action type for the registry. No code outside the type's own functions sees the forms of its configuration.
 */
export function defineActionType<
  Input extends JsonObject,
  Stored extends JsonObject,
  Safe extends JsonObject,
  Transport extends string,
>(spec: ActionTypeSpec<Input, Stored, Safe, Transport>): ActionType<Transport> {
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
  const { name, transport, label, description, hasSigningSecret, form, input, stored, blank, sample, restore } = spec;
  const type: ActionType<Transport> = {
    ...{ name, transport, label, description, hasSigningSecret, form, input, stored, blank, sample, restore },
    read: (json) => {
      const parsed = spec.stored.safeParse(json);
      return parsed.success
        ? { configuration: bind(parsed.data), problem: null }
        : { problem: describeConfigurationProblem(parsed.error) };
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
