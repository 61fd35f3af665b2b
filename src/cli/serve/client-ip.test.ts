import { describe, expect, it } from "vitest";
import { findClientIp, makeIsTrustedProxy } from "./client-ip";

describe("clientIp", () => {
  it.each([
    ["a direct caller's own address", "", "203.0.113.7", undefined, "203.0.113.7"],
    ["what a direct caller claims is not believed", "", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["nor is what a private address claims", "", "10.0.0.2", "198.51.100.1", "10.0.0.2"],
    ["nor what this machine claims", "", "127.0.0.1", "198.51.100.1", "127.0.0.1"],
    ["IPv4 in IPv6 clothes", "", "::ffff:203.0.113.7", "1.2.3.4", "203.0.113.7"],
    ["the hop that a trusted proxy saw", "127.0.0.1", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["a trusted proxy in IPv6 clothes", "10.0.0.0/8", "::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"],
    ["not what the caller put before it", "10.0.0.0/8", "10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    [
      "the hop before a chain of proxies",
      "10.0.0.0/8,203.0.113.9",
      "10.0.0.2",
      "6.6.6.6, 7.7.7.7, 203.0.113.9",
      "7.7.7.7",
    ],
    ["a proxy outside of the networks", "10.0.0.0/8", "192.168.0.2", "198.51.100.1", "192.168.0.2"],
    ["several lines", "10.0.0.2", "10.0.0.2", ["6.6.6.6", "7.7.7.7, 2001:db8::1"], "2001:db8::1"],
    ["a proxy's own call", "10.0.0.2", "10.0.0.2", undefined, "10.0.0.2"],
    ["IPv6 networks", "2001:db8::/32", "2001:db8::5", "203.0.113.7", "203.0.113.7"],
    ["a proxy elsewhere that claims this machine", "10.0.0.2", "10.0.0.2", "127.0.0.1", "10.0.0.2"],
    ["junk from a proxy", "127.0.0.1", "127.0.0.1", "unknown", "127.0.0.1"],
    ["a socket that is gone", "127.0.0.1", undefined, "1.2.3.4", "unknown"],
  ])("%s", (_, trusted, remote, forwarded, expected) => {
    const isTrusted = makeIsTrustedProxy(trusted === "" ? [] : trusted.split(","));
    expect(findClientIp(remote, forwarded, isTrusted)).toBe(expected);
  });
});
