import type { Env } from "@/env";
import type { GuardPolicy } from "@/server/http/guard";

/** The port on this machine where the demo's webhook receiver listens. */
export const DEMO_RECEIVER_PORT = 4400;
const demoReceiver = [`127.0.0.1:${DEMO_RECEIVER_PORT}`, `localhost:${DEMO_RECEIVER_PORT}`];

/**
 * Returns which addresses the guard allows for webhooks of a project. The environment can allow further hosts for every
 * project. With the embedded database, the demo project may also call the demo's receiver on this machine.
 */
export function makeGuardPolicy(
  env: Pick<Env, "webhook" | "databaseIsEmbedded">,
  project: { isDemo: boolean },
): GuardPolicy {
  const { allowHttp, allowedPorts, allowedHosts } = env.webhook;
  return {
    allowHttp,
    allowedPorts,
    allowedHosts: project.isDemo && env.databaseIsEmbedded ? [...allowedHosts, ...demoReceiver] : allowedHosts,
  };
}
