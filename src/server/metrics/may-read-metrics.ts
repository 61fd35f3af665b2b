import type { Env } from "@/env";
import { CAME_THROUGH_PROXY_HEADER, CLIENT_IP_HEADER } from "../auth/auth";
import { sha256 } from "../crypto";

/** Loopback addresses in the form of the header `x-client-ip`. */
const LOOPBACK = /^(127\.[\d.]+|::1)$/;
/** Host names that no other site can point at this machine, with or without a port. */
const LOCAL_NAME = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;

/** Tells whether an Authorization header has the token of METRICS_TOKEN. False if that is not set. */
export function hasMetricsToken({ metricsToken }: Pick<Env, "metricsToken">, authorization: string | null): boolean {
  const [, given] = /^bearer +(.+)$/i.exec(authorization ?? "") ?? [];
  // The comparison sees only hashes, so its duration reveals nothing about the right token.
  return metricsToken !== undefined && given !== undefined && sha256(given.trim()) === sha256(metricsToken);
}

/**
 * Tells whether a request may read /metrics. With METRICS_TOKEN set, it needs that token. Otherwise it must come from
 * this machine, under a local name and through no proxy.
 */
export function mayReadMetrics(env: Pick<Env, "metricsToken">, headers: Headers): boolean {
  if (env.metricsToken !== undefined) return hasMetricsToken(env, headers.get("authorization"));
  return (
    headers.get(CAME_THROUGH_PROXY_HEADER) === "no" &&
    LOOPBACK.test(headers.get(CLIENT_IP_HEADER) ?? "") &&
    LOCAL_NAME.test(headers.get("host") ?? "")
  );
}
