import { describe, expect, test } from "vitest";
import { checkResolvedAddresses, checkUrlByPolicy, toCanonicalHostPort, type GuardPolicy } from "./guard";

const strict: GuardPolicy = { allowHttp: false, allowedPorts: [], allowedHosts: [] };

/** Returns the stage that refuses a URL, or "ok". */
function stageOf(url: string, policy: Partial<GuardPolicy> = {}): string {
  const verdict = checkUrlByPolicy(url, { ...strict, ...policy });
  return verdict.ok ? "ok" : verdict.stage;
}

describe("with the default policy", () => {
  test.each([" https://example.com/", "https://example.com/ ", " https://127.0.0.1/"])(
    "%j is refused for its space, not for what would be read of it",
    (url) =>
      expect(checkUrlByPolicy(url, strict)).toMatchObject({
        ok: false,
        message: expect.stringContaining("begins or ends with a space"),
      }),
  );

  test.each([
    // control characters come first: the parser would drop some and cut others
    ["https://exa\u0000mple.com/", "control-char"],
    ["\thttps://example.com/", "control-char"],
    ["https://example.com/\u007f", "control-char"],
    ["https://example.com/\u0085", "control-char"],
    ["ftp://127.0.0\n.1/", "control-char"],
    // unreadable
    ["", "parse"],
    [" https://example.com/", "parse"],
    ["https://example.com/a b", "parse"],
    ["https://exa\u3000mple.com/", "parse"],
    ["https://exa\u00a0mple.com/", "parse"],
    ["//example.com/", "parse"],
    ["example.com", "parse"],
    ["https://?x", "parse"],
    ["https://@/", "parse"],
    ["https://:443/", "parse"],
    ["https://example.com:65536/", "parse"],
    ["https://example.com:443x/", "parse"],
    ["https://[::1", "parse"],
    ["https://[fe80::1%25eth0]/", "parse"],
    ["https://[::1%lo]/", "parse"],
    ["https://127.0.0.1.5/", "parse"],
    ["https://256.0.0.1/", "parse"],
    ["https://127.0.0.09/", "parse"],
    ["https://0x100000000/", "parse"],
    ["https://user%40example.com/", "parse"],
    ["https://user\uff20example.com/", "parse"],
    ["https://example.com%2f@/", "parse"],
    ["https://example%00.com/", "parse"],
    ["https://\u00ad/", "parse"],
    [`https://example.com/${"a".repeat(2029)}`, "parse"],
    // schemes
    ["gopher://example.com/", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["blob:https://example.com/x", "scheme"],
    ["wss://user@127.0.0.1:22/", "scheme"],
    ["localhost:3000/x", "scheme"],
    ["HTTP://EXAMPLE.COM/", "https-only"],
    ["http://example.com:443/", "https-only"],
    ["http://user@127.0.0.1/", "https-only"],
    // user info, also if the parser drops it
    ["https://@example.com/", "credentials"],
    ["https://user@example.com/", "credentials"],
    ["https://:secret@example.com/", "credentials"],
    ["https:\\\\@example.com/", "credentials"],
    ["https:/user@example.com/", "credentials"],
    ["https:user@example.com/", "credentials"],
    ["https://a@b@example.com/", "credentials"],
    ["https://example.com@localhost:22/", "credentials"],
    // ports
    ["https://example.com:0/", "port"],
    ["https://example.com:80/", "port"],
    ["https://example.com:442/", "port"],
    ["https://example.com:8443/", "port"],
    ["https://example.com:65535/", "port"],
    ["https://127.0.0.1:8443/", "port"],
    ["https://localhost:6379/", "port"],
    // names
    ["https://metadata/", "name"],
    ["https://metadata.google.internal/", "name"],
    ["https://INTERNAL/", "name"],
    ["https://a.Internal./", "name"],
    ["https://a.internal../", "name"],
    ["https://x.intranet/", "name"],
    ["https://router.lan/", "name"],
    ["https://nas.home/", "name"],
    ["https://mail.corp/", "name"],
    ["https://nas.home.arpa/", "name"],
    ["https://redis.default.svc/", "name"],
    ["https://a.cluster.local/", "name"],
    ["https://a.localhost/", "name"],
    ["https://a.localdomain/", "name"],
    ["https://example.com../", "name"],
    ["https://.example.com/", "name"],
    ["https://a..example.com/", "name"],
    ["https://./", "name"],
    ["https://../", "name"],
    ["https://127.0.0.1../", "name"],
    ["https://com./", "name"],
    [`https://${"a".repeat(64)}.example.com/`, "name"],
    ["https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/", "name"],
    ["https://a\u3002internal/", "name"],
    ["https://a\uff0elocal/", "name"],
    ["https://\u200blocalhost/", "name"],
    ["https:\\\\localhost\\x", "name"],
    // addresses in disguise
    ["https://\uff11\uff12\uff17.0.0.1/", "ip"],
    ["https://127\u30020\u30020\u30021/", "ip"],
    ["https://127\uff0e0.0.1/", "ip"],
    ["https:\\\\127.0.0.1/", "ip"],
    ["https:/127.0.0.1/", "ip"],
    ["hTTpS://0x7f.1/", "ip"],
    ["https://0x7F000001/", "ip"],
    ["https://0x/", "ip"],
    ["https://127.0.1/", "ip"],
    ["https://0xa9.0376.0xa9fe/", "ip"],
    ["https://168.63.129.16/", "ip"],
    ["https://255.255.255.255/", "ip"],
    ["https://[::]/", "ip"],
    ["https://[::ffff:a9fe:a9fe]/", "ip"],
    ["https://[::FFFF:10.0.0.1]/", "ip"],
    ["https://[64:ff9b::8.8.8.8]/", "ip"],
    ["https://[2002:7f00:1::]/", "ip"],
    ["https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "ip"],
    ["https://[fe80::5efe:127.0.0.1]/", "ip"],
    ["https://[4000::1]/", "ip"],
  ])("%j is refused at %s", (url, stage) => expect(stageOf(url)).toBe(stage));

  test.each([
    "https://example.com",
    "https://example.com./",
    "https://example.com:/",
    "https://example.com:0443/",
    "HTTPS://Example.COM/",
    "https:\\\\example.com\\hook",
    "https://example.com/?q=@#@",
    "https://example.com\\@b",
    "https://notlocalhost.com/",
    "https://my.locals/",
    "https://internal.example.com/",
    "https://corp.com/",
    "https://arpa.home.example/",
    "https://a_b.example.com/",
    `https://${"a".repeat(63)}.example.com/`,
    "https://[2606:4700:4700::1111]/",
    "https://[::ffff:8.8.8.8]/",
    "https://8.8.8.8./",
    `https://example.com/${"a".repeat(2028)}`,
  ])("%j is let through", (url) => expect(stageOf(url)).toBe("ok"));
});

describe("the switches of the policy", () => {
  test("allowHttp lets http through on 80 and on what https may use", () => {
    expect(stageOf("http://example.com/", { allowHttp: true })).toBe("ok");
    expect(stageOf("http://example.com:443/", { allowHttp: true })).toBe("ok");
    expect(stageOf("http://example.com:8080/", { allowHttp: true })).toBe("port");
    expect(stageOf("https://example.com:80/", { allowHttp: true })).toBe("port");
    expect(stageOf("http://127.0.0.1/", { allowHttp: true })).toBe("ip");
    expect(stageOf("ftp://example.com/", { allowHttp: true })).toBe("scheme");
  });

  test("allowedPorts adds to 443 and never takes it away", () => {
    const policy = { allowedPorts: [8443, 0] };
    expect(stageOf("https://example.com:8443/", policy)).toBe("ok");
    expect(stageOf("https://example.com/", policy)).toBe("ok");
    expect(stageOf("https://example.com:8444/", policy)).toBe("port");
    expect(stageOf("https://example.com:0/", policy)).toBe("port");
    expect(stageOf("http://example.com:8443/", policy)).toBe("https-only");
    expect(stageOf("https://10.0.0.1:8443/", policy)).toBe("ip");
  });

  test.each([
    ["http://localhost:9000/x", ["localhost:9000"]],
    ["https://LOCALHOST:9000/x", ["LocalHost:9000"]],
    ["http://127.0.0.1:9000/", ["127.0.0.1:9000"]],
    ["http://2130706433:9000/", ["127.0.0.1:9000"]],
    ["http://[::1]:9000/", ["[::1]:9000"]],
    ["http://[0:0:0:0:0:0:0:1]:9000/", ["[::1]:9000"]],
    ["https://intranet/", ["intranet:443"]],
    ["http://intranet/", ["intranet:80"]],
  ])("%s is exempt by %j", (url, allowedHosts) => {
    expect(checkUrlByPolicy(url, { ...strict, allowedHosts })).toMatchObject({ ok: true, exempt: true });
  });

  test.each([
    ["http://localhost:9001/", ["localhost:9000"], "https-only"],
    ["https://a.localhost:9000/", ["localhost:9000"], "port"],
    ["https://localhost:9000/", ["localhost"], "port"],
    ["https://localhost/", ["localhost"], "name"],
    ["https://localhost/", ["*:443", ":443", "*", "", "localhost:", "https://localhost:443", "localhost:443/"], "name"],
    ["http://[::1]:9000/", ["::1:9000"], "https-only"],
    ["ftp://localhost:9000/", ["localhost:9000"], "scheme"],
    ["http://user@localhost:9000/", ["localhost:9000"], "credentials"],
    ["http://localhost:9000/a b", ["localhost:9000"], "parse"],
    ["http://localhost:9000/\t", ["localhost:9000"], "control-char"],
  ])("%s is not let through by %j: %s", (url, allowedHosts, stage) =>
    expect(stageOf(url, { allowedHosts })).toBe(stage),
  );

  test("a public host in allowedHosts is exempt too, and may resolve to any address", () => {
    const policy = { ...strict, allowedHosts: ["hooks.example.com:443"] };
    expect(checkUrlByPolicy("https://hooks.example.com/", policy)).toMatchObject({ exempt: true });
    expect(checkUrlByPolicy("https://example.com/", policy)).toMatchObject({ exempt: false });
  });
});

test.each([
  ["localhost:9000", "localhost:9000"],
  ["LOCALHOST:0080", "localhost:80"],
  ["[::0001]:443", "[::1]:443"],
  ["b\u00fccher.example:443", "xn--bcher-kva.example:443"],
  ["localhost", null],
  ["localhost:0", null],
  ["localhost:65536", null],
  ["::1:9000", null],
  ["[nonsense]:9000", null],
  ["user@localhost:9000", null],
  ["http://localhost:9000", null],
])("the exception %s reads as %s", (entry, canonical) => expect(toCanonicalHostPort(entry)).toBe(canonical));

describe("resolved addresses", () => {
  test("one bad answer among good ones refuses them all, without naming it", () => {
    const verdict = checkResolvedAddresses(["93.184.216.34", "10.1.2.3", "2606:4700::1111"]);
    expect(verdict).toMatchObject({ ok: false, stage: "dns", answered: true });
    expect(JSON.stringify(verdict)).not.toContain("10.1.2.3");
  });

  test("a name without an address is refused, with `answered` false", () => {
    expect(checkResolvedAddresses([])).toMatchObject({ ok: false, stage: "dns", answered: false });
  });
});
