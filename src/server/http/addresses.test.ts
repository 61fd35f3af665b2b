import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAllowedAddress } from "./addresses";

/** The first and last refused address of each range, and its public neighbours. */
const ipv4Ranges: { range: string; inside: string[]; outside: string[] }[] = [
  { range: "0/8", inside: ["0.0.0.0", "0.255.255.255"], outside: ["1.0.0.0"] },
  { range: "10/8", inside: ["10.0.0.0", "10.255.255.255"], outside: ["9.255.255.255", "11.0.0.0"] },
  {
    range: "100.64/10",
    inside: ["100.64.0.0", "100.127.255.255", "100.100.100.200"],
    outside: ["100.63.255.255", "100.128.0.0"],
  },
  { range: "127/8", inside: ["127.0.0.0", "127.255.255.255"], outside: ["126.255.255.255", "128.0.0.0"] },
  { range: "169.254/16", inside: ["169.254.0.0", "169.254.255.255"], outside: ["169.253.255.255", "169.255.0.0"] },
  { range: "172.16/12", inside: ["172.16.0.0", "172.31.255.255"], outside: ["172.15.255.255", "172.32.0.0"] },
  { range: "192.0.0/24", inside: ["192.0.0.0", "192.0.0.255"], outside: ["191.255.255.255", "192.0.1.0"] },
  { range: "192.0.2/24", inside: ["192.0.2.0", "192.0.2.255"], outside: ["192.0.1.255", "192.0.3.0"] },
  { range: "192.88.99/24", inside: ["192.88.99.0", "192.88.99.255"], outside: ["192.88.98.255", "192.88.100.0"] },
  { range: "192.168/16", inside: ["192.168.0.0", "192.168.255.255"], outside: ["192.167.255.255", "192.169.0.0"] },
  { range: "198.18/15", inside: ["198.18.0.0", "198.19.255.255"], outside: ["198.17.255.255", "198.20.0.0"] },
  { range: "198.51.100/24", inside: ["198.51.100.0", "198.51.100.255"], outside: ["198.51.99.255", "198.51.101.0"] },
  { range: "203.0.113/24", inside: ["203.0.113.0", "203.0.113.255"], outside: ["203.0.112.255", "203.0.114.0"] },
  { range: "224/4", inside: ["224.0.0.0", "239.255.255.255"], outside: ["223.255.255.255"] },
  { range: "240/4", inside: ["240.0.0.0", "255.255.255.255"], outside: [] },
  { range: "168.63.129.16", inside: ["168.63.129.16"], outside: ["168.63.129.15", "168.63.129.17"] },
];

const ipv6Ranges: { range: string; inside: string[]; outside: string[] }[] = [
  { range: "below 2000::/3", inside: ["::", "::1", "::7f00:1", "::a9fe:a9fe", "1fff:ffff::1"], outside: ["2000::"] },
  {
    range: "above 2000::/3",
    inside: ["4000::", "5f00::1", "fc00::1", "fd20:ce::254", "fe80::1", "febf::1", "fec0::1", "ff02::1"],
    outside: ["3ffe:ffff::1"],
  },
  {
    range: "2001::/23",
    inside: ["2001::", "2001:0:1::1", "2001:10::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
    outside: ["2000:ffff::1", "2001:200::"],
  },
  {
    range: "2001:db8::/32",
    inside: ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    outside: ["2001:db7:ffff::1", "2001:db9::"],
  },
  {
    range: "2002::/16",
    inside: ["2002::", "2002:7f00:1::", "2002:808:808::1", "2002:ffff:ffff::ffff"],
    outside: ["2001:ffff::1", "2003::"],
  },
  { range: "3fff::/20", inside: ["3fff::", "3fff:fff:ffff:ffff::1"], outside: ["3ffe:ffff::", "3fff:1000::"] },
  {
    range: "2620:4f:8000::/48",
    inside: ["2620:4f:8000::", "2620:4f:8000:ffff::1"],
    outside: ["2620:4f:7fff::1", "2620:4f:8001::"],
  },
  {
    range: "translations of IPv4",
    inside: ["64:ff9b::808:808", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "::ffff:0:7f00:1", "fe80::5efe:7f00:1"],
    outside: [],
  },
];

describe.each([...ipv4Ranges, ...ipv6Ranges])("the range $range", ({ inside, outside }) => {
  test("is refused from its first address to its last, and not beyond", () => {
    expect(inside.filter(isAllowedAddress)).toEqual([]);
    expect(outside.filter((ip) => !isAllowedAddress(ip))).toEqual([]);
  });
});

test("an IPv4 address gets the same answer as its IPv4-mapped IPv6 form, dotted and in hexadecimal", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      expect(isAllowedAddress(`::ffff:${ip}`)).toBe(isAllowedAddress(ip));
      expect(isAllowedAddress(`::ffff:${hex}`)).toBe(isAllowedAddress(ip));
      expect(isAllowedAddress(`0:0:0:0:0:FFFF:${hex}`)).toBe(isAllowedAddress(ip));
    }),
  );
});

test.each([
  "",
  "localhost",
  "127.1",
  "0177.0.0.1",
  "0x8.8.8.8",
  "134744072",
  "8.8.8.8.",
  " 8.8.8.8",
  "8.8.8.8\n",
  "[2606:4700::1111]",
  "2606:4700::1111%eth0",
  "8.8.8.8/32",
  "8.8.8",
  "2606:4700::1111::1",
])("what is not a canonical address is refused: %j", (text) => expect(isAllowedAddress(text)).toBe(false));
