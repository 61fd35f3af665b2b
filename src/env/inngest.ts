import type { z } from "zod";
import { booleanText, secretTextSchema, makeWebUrlSchema, makeWholeNumberSchema } from "./values";

/** The engine that runs the functions. With `dev` and no base URL the SDK uses its default address. */
export type InngestEnv =
  | {
      engine: "embedded";
      /**
       * the most events and calls that wait; above it the event endpoint answers 429; by default the engine's own limit
       */
      backlogMax?: number;
    }
  | {
      engine: "inngest";
      dev: boolean;
      /** the URL of the Inngest server; undefined: Inngest Cloud, or with `dev` the dev server on this machine */
      baseUrl: string | undefined;
      eventKey: string | undefined;
      signingKey: string | undefined;
      /** whether to accept events without the stamp of the event endpoint */
      trustEvents: boolean;
    };

/** The variables of the engine. Without an Inngest server the embedded engine runs the functions. */
export const inngestVariables = {
  ENGINE_BACKLOG_MAX: makeWholeNumberSchema(1_000, 10_000_000).optional(),
  INNGEST_DEV: booleanText.default(false),
  INNGEST_BASE_URL: makeWebUrlSchema(true).optional(),
  INNGEST_EVENT_KEY: secretTextSchema.optional(),
  INNGEST_SIGNING_KEY: secretTextSchema.optional(),
  INNGEST_TRUST_EVENTS: booleanText.default(false),
};

type InngestVariables = z.infer<z.ZodObject<typeof inngestVariables>>;

/**
 * Chooses the engine. It is Inngest if both its keys are set, or INNGEST_DEV and INNGEST_BASE_URL. It is the embedded
 * engine if none of them is set. Any other combination is a problem.
 */
export function parseInngest(variables: InngestVariables): InngestEnv | { problem: string } {
  const {
    INNGEST_DEV: dev,
    INNGEST_BASE_URL: baseUrl,
    INNGEST_EVENT_KEY: eventKey,
    INNGEST_SIGNING_KEY: signingKey,
  } = variables;
  const trustEvents = variables.INNGEST_TRUST_EVENTS;
  if ((eventKey && signingKey) || (dev && baseUrl))
    return { engine: "inngest", dev, baseUrl, eventKey, signingKey, trustEvents };

  const problem = (missing: string): { problem: string } => ({
    problem: `${missing} To use the embedded engine instead, set no INNGEST_ variable.`,
  });
  if (eventKey)
    return problem("INNGEST_SIGNING_KEY is missing: INNGEST_EVENT_KEY is set, and an Inngest server needs both.");
  if (signingKey)
    return problem("INNGEST_EVENT_KEY is missing: INNGEST_SIGNING_KEY is set, and an Inngest server needs both.");
  if (dev)
    return problem(
      "INNGEST_BASE_URL is missing: INNGEST_DEV is set, which needs the dev server's address, such as http://localhost:8288.",
    );
  if (baseUrl)
    return problem(
      "INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY are missing (or INNGEST_DEV=1 for a dev server): INNGEST_BASE_URL is set.",
    );
  if (trustEvents)
    return problem(
      "INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY are missing: INNGEST_TRUST_EVENTS is set, which needs an Inngest server.",
    );
  const backlogMax = variables.ENGINE_BACKLOG_MAX;
  return { engine: "embedded", ...(backlogMax ? { backlogMax } : {}) };
}
