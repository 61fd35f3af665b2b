import { Inngest } from "inngest";
import type { Env } from "@/env";
import type { Logger } from "@/server/log";

const APP_ID = "trigger-system";

/** The fetch and the signing key of the embedded engine's client. */
export type EmbeddedClientOptions = {
  fetch: typeof fetch;
  /** null: calls are unsigned, because only the engine can call the functions, inside the process */
  signingKey: string | null;
};

/**
 * Makes the Inngest client of the functions, for both engines. Each option is passed explicitly, so that INNGEST_
 * variables in a developer's shell never redirect an embedded start.
 */
export function createInngestClient(options: { env: Env; log: Logger; embedded: EmbeddedClientOptions | null }): Inngest {
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
    throw new Error("createClient needs the embedded engine where Inngest is not configured");
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
