import ipaddr from "ipaddr.js";
import { z } from "zod";
import { parseUrl } from "@/domain/parse-url";
import { booleanText, listText, portNumberSchema } from "./values";

/** The settings of webhooks: the addresses that they may call, and the way to these addresses. */
export type WebhookEnv = {
  /** `host:port` entries that the guard exempts from its checks; public https hosts need none */
  allowedHosts: string[];
  allowHttp: boolean;
  /** the allowed ports besides 443 */
  allowedPorts: number[];
  proxyUrl: string | undefined;
  /** the name servers for the hosts of webhooks, `address` or `address:port`; empty: those of resolv.conf */
  nameServers: string[];
  /** the most requests of one process on the wire at once */
  requestsMax: number;
};

const proxyAddress = z
  .string()
  .refine(
    (value) => /^https?:$/.test(parseUrl(value)?.protocol ?? ""),
    "must be an address such as http://proxy.example.com:3128",
  );

const hostPort = z
  .string()
  .toLowerCase()
  .refine((value) => {
    const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/.exec(value);
    return match !== null && Number(match[2]) >= 1 && Number(match[2]) <= 65_535;
  }, "must be a list of exact host:port entries, such as hooks.internal:8080,[::1]:9000");

/**
 * A name server in the form of node:dns: an IP address, with a port if the port is not 53. IPv6 with a port is in
 * brackets.
 */
const nameServer = z.string().refine((text) => {
  const [, bracketed, plain, port = "53"] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  return (isPort && ipaddr.isValid(bracketed ?? plain ?? "")) || ipaddr.IPv6.isValid(text);
}, "must name IP addresses, each with a port if it is not 53: 10.0.0.53 or 10.0.0.53:5353");

export const webhookVariables = {
  WEBHOOK_ALLOWED_HOSTS: listText.pipe(z.array(hostPort)).default([]),
  WEBHOOK_ALLOW_HTTP: booleanText.default(false),
  WEBHOOK_ALLOWED_PORTS: listText.pipe(z.array(portNumberSchema)).default([]),
  WEBHOOK_PROXY_URL: proxyAddress.optional(),
  WEBHOOK_REQUESTS_MAX: z.coerce.number().int().min(2).max(10_000).default(256),
  WEBHOOK_NAME_SERVERS: listText.pipe(z.array(nameServer)).default([]),
};

type WebhookVariables = z.infer<z.ZodObject<typeof webhookVariables>>;

export const toWebhookEnv = (variables: WebhookVariables): WebhookEnv => ({
  allowedHosts: variables.WEBHOOK_ALLOWED_HOSTS,
  allowHttp: variables.WEBHOOK_ALLOW_HTTP,
  allowedPorts: variables.WEBHOOK_ALLOWED_PORTS,
  proxyUrl: variables.WEBHOOK_PROXY_URL,
  nameServers: variables.WEBHOOK_NAME_SERVERS,
  requestsMax: variables.WEBHOOK_REQUESTS_MAX,
});
