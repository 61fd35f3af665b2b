import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { CLIENT_IP_HEADER } from "@/server/auth/auth";

/**
 * Writes the address of whoever sent this request into a header that the program trusts, over whatever it said.
 * A proxy on this machine or in the same private network is believed about the last hop; nobody else is.
 */
export function stampClientIp(request: IncomingMessage): void {
  request.headers[CLIENT_IP_HEADER] = clientIp(request.socket.remoteAddress, request.headers["x-forwarded-for"]);
}

/** @param forwardedFor the header's lines, each a list whose last entry was added by the nearest proxy */
export function clientIp(remoteAddress: string | undefined, forwardedFor: string | string[] | undefined): string {
  const peer = normalise(remoteAddress) ?? "unknown";
  if (!isNear(peer)) return peer;
  const lastHop = [forwardedFor ?? []].flat().join(",").split(",").at(-1)?.trim();
  const hop = normalise(lastHop);
  // Whoever claims to be this machine has to call from it: what answers loopback only must not be talked round.
  return hop && (isLoopback(peer) || !isLoopback(hop)) ? hop : peer;
}

function normalise(address: string | undefined): string | undefined {
  return address && ipaddr.isValid(address) ? ipaddr.process(address).toString() : undefined;
}

const near = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);
const isLoopback = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === "loopback";
const isNear = (address: string): boolean => ipaddr.isValid(address) && near.has(ipaddr.parse(address).range());
