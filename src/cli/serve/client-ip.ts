import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { CAME_THROUGH_PROXY_HEADER, CLIENT_IP_HEADER } from "@/server/auth/auth";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** Tells whether an address belongs to a proxy that the operator trusts. */
export type IsTrustedProxy = (address: Address) => boolean;

const FORWARDED_HEADERS = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/** @param networks the addresses and CIDRs of TRUSTED_PROXIES, which the environment's schema has checked */
export function makeIsTrustedProxy(networks: readonly string[]): IsTrustedProxy {
  const ranges = networks.map((network): [Address, number] => {
    if (ipaddr.isValidCIDR(network)) return ipaddr.parseCIDR(network);
    const address = ipaddr.process(network);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  });
  return (address) =>
    ranges.some(
      ([range, bits]) => range.kind() === address.kind() && (address as ipaddr.IPv4).match(range as ipaddr.IPv4, bits),
    );
}

/**
 * Writes two request headers that the program relies on: the client's address, and whether a proxy forwarded the
 * request. Values that the sender wrote are replaced.
 */
export function writeClientIpHeaders(request: IncomingMessage, isTrusted: IsTrustedProxy): void {
  const isForwarded = FORWARDED_HEADERS.some((name) => request.headers[name] !== undefined);
  request.headers[CAME_THROUGH_PROXY_HEADER] = isForwarded ? "yes" : "no";
  request.headers[CLIENT_IP_HEADER] = findClientIp(
    request.socket.remoteAddress,
    request.headers["x-forwarded-for"],
    isTrusted,
  );
}

/**
 * Returns the address of the client, or "unknown" if the connection's own address cannot be read. It is the
 * connection's own address, unless that belongs to a trusted proxy. Then X-Forwarded-For is read from its right end,
 * because each proxy appends the address that it saw. The result is the first address that is no trusted proxy, or the
 * last address if the search ends before. The sender may have invented all addresses left of the result.
 * @param forwardedFor the lines of X-Forwarded-For
 */
export function findClientIp(
  remoteAddress: string | undefined,
  forwardedFor: string | string[] | undefined,
  isTrusted: IsTrustedProxy,
): string {
  const peer = parse(remoteAddress);
  if (!peer) return "unknown";
  const hops = [forwardedFor ?? []].flat().join(",").split(",");
  let client = peer;
  while (isTrusted(client)) {
    const next = parse(hops.pop()?.trim());
    // The search ends where the next address is missing or unreadable, or falsely claims to be this machine.
    if (!next || (isLoopback(next) && !isLoopback(peer))) break;
    client = next;
  }
  return client.toString();
}

const parse = (address: string | undefined): Address | undefined =>
  address && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
const isLoopback = (address: Address): boolean => address.range() === "loopback";
