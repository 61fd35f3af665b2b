import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

/** Ranges that a proxy of one's own stands in: what it says of its client is believed. */
const nearRanges = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);

/**
 * Who made a request: the connection's other end, or where that is a proxy nearby, the last address that it noted in
 * X-Forwarded-For. Anything further left in that header was written by the client itself.
 */
export function clientAddress(request: IncomingMessage): string {
  const peer = normal(request.socket.remoteAddress ?? "");
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() ?? "";
  return isNear(peer) && ipaddr.isValid(forwarded) ? normal(forwarded) : peer;
}

const isNear = (address: string): boolean => ipaddr.isValid(address) && nearRanges.has(ipaddr.parse(address).range());
const normal = (address: string): string => (ipaddr.isValid(address) ? ipaddr.process(address).toString() : address);
