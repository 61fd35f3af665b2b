import type { z } from "zod";
import type { EventDetailLevel } from "../event-source/event-source";
import type { EndpointLimits } from "../endpoint-pace";
import type { RetryPolicy } from "../retry";
import type { ActionFormLayout } from "./action-form-layout";
import { describeStoredConfigurationProblem } from "./configuration-problem";
import type { ComputeHmacSha256 } from "./webhook/signature";
import type { JsonObject } from "../json/json-kinds";

type Encrypt = (plain: string) => string;
export type DecryptText = (ciphertext: string) => string;

/** The values that an action type needs, beside the configuration, to make the message of one attempt. */
export type AttemptMessageInput = {
  decrypt: DecryptText;
  hmacSha256: ComputeHmacSha256;
  /** signing secrets, the newest first; empty if the action type has none */
  secrets: readonly string[];
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  /** how many webhooks of this program led to this one, itself included */
  depth: number;
  timestamp: Date;
  /** the W3C trace context of the attempt; null without tracing: a webhook then derives one from the execution's id */
  traceparent: string | null;
  /** the body as it was made for the first attempt, as JSON text; empty if only the target of the message is needed */
  body: string;
};

export type MessagePreviewInput = { triggerId: string; timestamp: Date };
/**
 * The preview of a message on a page. The page makes the body from `detail` and `template`. `head` is the text above
 * the body, such as a request's first line and headers.
 */
export type MessagePreview = { detail: EventDetailLevel; template: string | null; head: string };

/** The message of one attempt. Each transport adds its own members, which only the sender of that transport reads. */
export type ActionMessage<Transport extends string = string> = { transport: Transport };

/** The text that each secret contains in the sample configuration of an action type. */
export const SECRET_IN_SAMPLE_CONFIGURATION = "s3cret-value";

/** A URL in a configuration, and the form field that holds it. The guard against private addresses checks the URL. */
export type ConfigurationUrl = { field: string; url: string };

/** The target of an action in lists. For a webhook, `verb` is the HTTP method and `address` is the URL. */
export type ActionTarget = { verb: string | null; address: string };

/**
 * The specification of an action type, such as webhook. Its configuration has three forms. The input form has secrets
 * in plain text, or leaves them out to keep the stored ones. The stored form has them encrypted. The safe form, for
 * pages, shows at most the last characters of a secret. Whole URLs are in it only for people who may see secrets.
 */
export type ActionTypeSpec<
  Input extends JsonObject,
  Stored extends JsonObject,
  Safe extends JsonObject,
  Transport extends string = string,
> = {
  name: string;
  /** the transport of its messages, such as `http`; the compiler demands a sender for each transport */
  transport: Transport;
  label: string;
  description: string;
  /** whether an action of this type has a signing secret, which is shown once and can be rotated */
  hasSigningSecret: boolean;
  /** the form as data, from which the page draws the fields */
  form: ActionFormLayout;
  input: z.ZodType<Input>;
  stored: z.ZodType<Stored>;
  safeForm: z.ZodType<Safe>;
  /** the values of an empty form */
  blank: Input;
  /**
   * a valid input for the tests that run over all action types; each secret contains `SECRET_IN_SAMPLE_CONFIGURATION`,
   * and a template is set if the type has templates
   */
  sample: Input;
  /** returns the form's values for editing a saved action; secrets are left out */
  edit(safe: Safe): Input;
  /**
   * Makes the stored form from the input form.
   * @param previous the stored form before the change, from which the type may copy a secret that the input leaves out
   * @throws ConfigurationError if a secret is left out and cannot be copied
   */
  store(input: Input, encrypt: Encrypt, previous: Stored | null): Stored;
  /**
   * Makes the safe form from the stored form.
   * @param decrypt null if the reader may not see secrets
   */
  safe(stored: Stored, decrypt: DecryptText | null): Safe;
  /**
   * Makes the form for the version history of the action. A restore needs nothing else. Encrypted values are members
   * called `ciphertext`.
   */
  keep(stored: Stored): JsonObject;
  /**
   * Makes the fields of an action's file in a repository. The caller then leaves out each field that equals its value
   * in `blank`.
   */
  inFile(safe: Safe): JsonObject;
  /**
   * Makes the input form from a version of the history, to restore that version. The schema of the input form then
   * checks the result.
   */
  restore(kept: JsonObject, decrypt: DecryptText): JsonObject;
  /** Removes the entered secrets from the form's values once they are stored. */
  withoutSecrets(input: Input): Input;
  /** Makes the preview of the message that an execution of the given trigger would send. The page adds the body. */
  preview(safe: Safe, input: MessagePreviewInput): MessagePreview;
  /** Returns the target of the action for lists. The target shows no more of a URL than the safe form does. */
  targetOf(safe: Safe): ActionTarget;
  /** returns how much of the event the action sends */
  detailOf(stored: Stored): EventDetailLevel;
  retryOf(stored: Stored): RetryPolicy;
  /** returns the limits of deliveries to the action's endpoint */
  limitsOf(stored: Stored): EndpointLimits;
  /** lists the URLs that the guard against private addresses checks when the action is saved */
  urlsOf(stored: Stored, decrypt: DecryptText): ConfigurationUrl[];
  /**
   * Returns the Liquid template of the body; null if the envelope is the body (see buildEnvelopeText). The template is
   * rendered once, before the first attempt. Its output must be JSON. A type that sends plain text parses it from a
   * JSON string in `message`. A test of the action shows template problems at the input form's field `template`. The
   * schema of the input form refuses a template that names a secret without a secret header (see
   * listSecretNamesInTemplate). The rendered body holds a placeholder for each secret, which only
   * replaceSecretPlaceholders replaces.
   */
  templateOf(stored: Stored): string | null;
  /**
   * Makes the message of an attempt. The body may be empty, because the history of attempts needs only the target.
   * @throws Error with a sentence for people if no message can be made
   */
  message(stored: Stored, input: AttemptMessageInput): ActionMessage<Transport>;
};

/** A stored configuration together with its action type. */
export type ActionConfiguration = {
  type: ActionType;
  /** the stored form, for the database */
  stored: JsonObject;
  safe(decrypt: DecryptText | null): JsonObject;
  keep(): JsonObject;
  /** returns the fields for a file in a repository, without credentials */
  inFile(): JsonObject;
  target(decrypt: DecryptText | null): ActionTarget;
  detail: EventDetailLevel;
  retry: RetryPolicy;
  limits: EndpointLimits;
  urls(decrypt: DecryptText): ConfigurationUrl[];
  template: string | null;
  /** @throws Error with a sentence for people if no message can be made */
  message(input: AttemptMessageInput): ActionMessage;
};

/** The result of reading a stored configuration: the configuration, or the reason why it cannot be read, in words. */
export type ParsedConfiguration = { configuration: ActionConfiguration; problem: null } | { problem: string };

/** An action type in the registry. Its functions take JSON. All but `restore` parse it with the schemas of the type. */
export type ActionType<Transport extends string = string> = {
  name: string;
  transport: Transport;
  label: string;
  description: string;
  hasSigningSecret: boolean;
  form: ActionFormLayout;
  input: z.ZodType<JsonObject>;
  stored: z.ZodType<JsonObject>;
  blank: JsonObject;
  sample: JsonObject;
  /**
   * Reads a stored configuration. An old configuration may no longer fit the schema of its type; then `problem` is set.
   */
  read(stored: unknown): ParsedConfiguration;
  /**
   * Makes a configuration from the input form.
   * @param previous the stored form before the change, from which secrets are copied; null or unreadable: none are
   * copied
   * @throws ZodError; ConfigurationError if a secret is left out and cannot be copied
   */
  store(input: unknown, encrypt: Encrypt, previous: unknown): ActionConfiguration;
  /**
   * Returns the form's values for a safe form. If the safe form cannot be read, the values are those of an empty form.
   */
  edit(safe: unknown): JsonObject;
  /**
   * Returns the form's values without the secrets that were entered. Values that the schema refuses stay as they are.
   */
  withoutSecrets(values: JsonObject): JsonObject;
  /** Makes the preview of a message; null if the safe form cannot be read. */
  preview(safe: unknown, input: MessagePreviewInput): MessagePreview | null;
  restore(kept: JsonObject, decrypt: DecryptText): JsonObject;
};

/**
 * Turns the specification of an action type into an action type for the registry. Only the specification's own
 * functions see its typed configurations.
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
        : { problem: describeStoredConfigurationProblem(parsed.error) };
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
