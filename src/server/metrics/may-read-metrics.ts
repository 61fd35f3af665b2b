import type { Env } from "@/env";
import { CAME_THROUGH_PROXY_HEADER, CLIENT_IP_HEADER } from "../auth/auth";
import { sha256 } from "../crypto";

/** Loopback addresses, in the form in which the door writes them. */
const LOOPBACK = /^(127\.[\d.]+|::1)$/;
/** Names that no other site can point at this machine, with or without a port. */
const LOCAL_NAME = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;

/** Tells whether an Authorization header has the configured token. False if no token is configured. */
export function hasMetricsToken({ metricsToken }: Pick<Env, "metricsToken">, authorization: string | null): boolean {
  const [, given] = /^bearer +(.+)$/i.exec(authorization ?? "") ?? [];
  // Hashes all have the same length, so the time of the comparison reveals nothing about the token.
  return metricsToken !== undefined && given !== undefined && sha256(given.trim()) === sha256(metricsToken);
}

/**
 * Tells whether a request may read the metrics. It needs the token. If no token is configured, it must come from this
 * machine itself, under a local name and through no proxy.
 */
export function mayReadMetrics(env: Pick<Env, "metricsToken">, headers: Headers): boolean {
  if (env.metricsToken !== undefined) return hasMetricsToken(env, headers.get("authorization"));
  return (
    headers.get(CAME_THROUGH_PROXY_HEADER) === "no" &&
    LOOPBACK.test(headers.get(CLIENT_IP_HEADER) ?? "") &&
    LOCAL_NAME.test(headers.get("host") ?? "")
  );
}
