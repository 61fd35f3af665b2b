import { z } from "zod";
import { DisplayName } from "./display-name";
import { Filter } from "./filter/schema";
import { SamplingBy } from "./sampling";

const DELAY_SECONDS_MAX = 7 * 24 * 60 * 60;
const TRIGGER_ACTIONS_MAX = 10;
const CAP_PER_HOUR_MAX = 1_000_000;

/**
 * How a delay is counted. A `fixed` delay counts from the match. Each newer matching state restarts a `quiet` delay,
 * see `computeLongestQuietWaitSeconds`.
 */
export const DelayMode = z.enum(["fixed", "quiet"]);
export type DelayMode = z.infer<typeof DelayMode>;

const TriggerStatus = z.enum(["ACTIVE", "DISABLED"]);
type TriggerStatus = z.infer<typeof TriggerStatus>;

/** The key of a trigger or an action in files and in the API. It stays when its name for people changes. */
export const ConfigurationKey = z
  .string()
  .min(1, "A key has at least 1 character.")
  .max(100, "A key has at most 100 characters.")
  .regex(
    /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    "A key has lower-case letters and digits, with single . _ or - between them.",
  );

/** The input of the trigger form. Whether the filter fits the event source, only `checkFilter` tells. */
export const TriggerInput = z.object({
  /** a change without a key keeps the stored key */
  key: ConfigurationKey.nullish(),
  name: DisplayName,
  description: z.string().trim().max(500, "A description has at most 500 characters.").default(""),
  eventSource: z.string().min(1, "Choose an event source."),
  filter: Filter,
  /** the share of events that sampling lets through: 0 is none, 1 is all */
  samplingRate: z.number("Enter a number.").min(0, "At least 0 %.").max(1, "At most 100 %.").default(1),
  samplingBy: SamplingBy.default("source"),
  delaySeconds: z
    .number("Enter a number.")
    .int("Whole seconds only.")
    .min(0, "At least 0 seconds.")
    .max(DELAY_SECONDS_MAX, "At most 7 days.")
    .default(0),
  /** without a delay, the mode has no effect */
  delayMode: DelayMode.default("fixed"),
  /** the most executions in an hour; further ones become SKIPPED; null: no cap */
  capPerHour: z
    .number("Enter a number.")
    .int("Whole numbers only.")
    .min(1, "At least 1.")
    .max(CAP_PER_HOUR_MAX, `At most ${CAP_PER_HOUR_MAX.toLocaleString("en")}.`)
    .nullable()
    .default(null),
  /** the trigger's actions in the order of display, each once */
  actionIds: z
    .array(z.string().min(1))
    .min(1, "Choose at least one action.")
    .max(TRIGGER_ACTIONS_MAX, `At most ${TRIGGER_ACTIONS_MAX} actions.`)
    .refine((ids) => new Set(ids).size === ids.length, "An action stands here twice."),
  status: TriggerStatus.default("ACTIVE"),
});
export type TriggerInput = z.infer<typeof TriggerInput>;

/**
 * Reads the stored modes of a trigger. If one of them is unknown, both become the defaults, and `problem` says so in
 * words.
 */
export function readTriggerModes(stored: { samplingBy: string; delayMode: string }): {
  samplingBy: SamplingBy;
  delayMode: DelayMode;
  problem: string | null;
} {
  const modes = z.object({ samplingBy: SamplingBy, delayMode: DelayMode }).safeParse(stored);
  if (modes.success) return { ...modes.data, problem: null };
  const problem = `The stored trigger cannot be read (${modes.error.issues[0]?.path.join(".")}). Save it again.`;
  return { samplingBy: "source", delayMode: "fixed", problem };
}
