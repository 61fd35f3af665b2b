import type { Env } from "@/env";
import type { GuardPolicy } from "@/server/http/guard";

/** Where the demo's receiver listens. */
export const DEMO_RECEIVER_PORT = 4400;
const demoReceiver = [`127.0.0.1:${DEMO_RECEIVER_PORT}`, `localhost:${DEMO_RECEIVER_PORT}`];

/**
 * What webhooks may call. The environment widens it for everyone; on the embedded default the demo project alone may
 * also call the demo's receiver on this machine.
 */
export function guardPolicyFor(
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
