import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * The ranges of IP addresses to which no webhook may be sent, unless the operator allows its host. `range()` of
 * `ipaddr.js` is not enough: it takes 168.63.129.16, ::7f00:1 and 4000::1 for ordinary addresses. Sources: the IANA
 * special-purpose registries for IPv4 and IPv6 (RFC 6890 and successors), and the metadata address of Azure.
 */

const refusedIpv4 = [
  "0.0.0.0/8", // "this network"; Linux connects 0.0.0.0 to itself
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT, also some clouds' metadata
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, cloud metadata
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments, Oracle's metadata
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved and broadcast
  "168.63.129.16/32", // Azure's wire server
].map((cidr) => ipaddr.IPv4.parseCIDR(cidr));

/**
 * The only range that IANA has assigned for global unicast. All other IPv6 addresses are refused, except IPv4-mapped
 * ones, which are checked as IPv4.
 */
const globalIpv6 = ipaddr.IPv6.parseCIDR("2000::/3");

const refusedIpv6 = [
  "2001::/23", // protocol assignments: Teredo, ORCHID, benchmarks
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: carries an IPv4 address
  "3fff::/20", // documentation
  "2620:4f:8000::/48", // AS112
].map((cidr) => ipaddr.IPv6.parseCIDR(cidr));

/**
 * Tells whether a webhook may be sent to an IP address without the operator's permission for its host.
 * @param ip in the canonical form of the URL parser and the resolver (dotted quad, IPv6 without brackets); any other
 * form is refused, even one with a zone id
 */
export function isAllowedAddress(ip: string): boolean {
  if (ip.includes("%") || isIP(ip) === 0) return false;
  const address = ipaddr.parse(ip);
  if (address instanceof ipaddr.IPv4) return isPublicIpv4(address);
  const v6 = address as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return isPublicIpv4(v6.toIPv4Address());
  return v6.match(globalIpv6) && !refusedIpv6.some((range) => v6.match(range));
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return !refusedIpv4.some((range) => address.match(range));
}
