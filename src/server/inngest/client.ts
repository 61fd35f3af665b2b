import { Inngest } from "inngest";
import type { Env } from "@/env";
import type { Logger } from "@/server/log";

const APP_ID = "trigger-system";

/** The options of the Inngest client for the embedded engine: its fetch and its signing key. */
export type EmbeddedEngineClientOptions = {
  fetch: typeof fetch;
  /** The signing key; null: calls are unsigned, because only the embedded engine can make them, inside this process. */
  signingKey: string | null;
};

/**
 * Makes the Inngest client of the program's functions, for the embedded engine or an Inngest server. For the embedded
 * engine it sets every option, so that INNGEST_ variables of a developer's shell have no effect.
 */
export function createInngestClient(options: {
  env: Env;
  log: Logger;
  embedded: EmbeddedEngineClientOptions | null;
}): Inngest {
  const { env, log, embedded } = options;
  if (embedded) {
    return new Inngest({
      id: APP_ID,
      logger: log,
      baseUrl: "http://engine.invalid/",
      fetch: embedded.fetch,
      eventKey: "embedded",
      ...(embedded.signingKey === null ? { isDev: true } : { isDev: false, signingKey: embedded.signingKey }),
    });
  }
  if (env.inngest.engine !== "inngest")
    throw new Error("createInngestClient needs the embedded engine where Inngest is not configured");
  const { dev, baseUrl, eventKey, signingKey } = env.inngest;
  return new Inngest({
    id: APP_ID,
    logger: log,
    isDev: dev,
    ...(baseUrl ? { baseUrl } : {}),
    ...(eventKey ? { eventKey } : {}),
    ...(signingKey ? { signingKey } : {}),
  });
}
