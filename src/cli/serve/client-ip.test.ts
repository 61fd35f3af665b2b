import { describe, expect, it } from "vitest";
import { clientIp } from "./client-ip";

describe("clientIp", () => {
  it.each([
    ["a direct caller's own address", "203.0.113.7", undefined, "203.0.113.7"],
    ["what a direct caller claims is not believed", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["IPv4 in IPv6 clothes", "::ffff:203.0.113.7", "1.2.3.4", "203.0.113.7"],
    ["the hop that a proxy on this machine saw", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["the last hop, not what the caller put before it", "::ffff:10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    ["the last line's last hop", "10.0.0.2", ["6.6.6.6", "7.7.7.7, 2001:db8::1"], "2001:db8::1"],
    ["a private caller without a proxy", "192.168.1.20", undefined, "192.168.1.20"],
    ["a private caller that claims to be this machine", "10.0.0.2", "127.0.0.1", "10.0.0.2"],
    ["junk from a proxy", "127.0.0.1", "unknown", "127.0.0.1"],
    ["a socket that is gone", undefined, "1.2.3.4", "unknown"],
  ])("%s", (_, remote, forwarded, expected) => {
    expect(clientIp(remote, forwarded)).toBe(expected);
  });
});
