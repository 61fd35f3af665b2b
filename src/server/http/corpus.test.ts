import { afterAll, beforeAll, describe, expect, test } from "vitest";
import corpus from "@/test/data/ssrf-cases.json" with { type: "json" };
import { startReceiver, type Receiver } from "@/test/receiver";
import { checkUrlByPolicy, type GuardPolicy } from "./guard";
import { createSender, type SenderOptions } from "./send";

/** Runs every case of the corpus through the sender that production uses. */

type Case = {
  url: string;
  why: string;
  expect: string;
  stage?: string;
  dns?: string[];
  dnsSequence?: string[][];
  redirect?: { status: number; location: string };
};

const cases: Case[] = corpus;
const strict: GuardPolicy = { allowHttp: false, allowedPorts: [], allowedHosts: [] };
const request = {
  method: "POST",
  headers: {},
  body: "{}",
  timeouts: { connectMs: 500, headersMs: 500, totalMs: 1000 },
} as const;

const named = (list: Case[]): [string, string, Case][] => list.map((each) => [each.why, each.url.slice(0, 60), each]);
const isDnsStage = (stage: string | undefined): boolean => stage === "dns" || stage === "dns-rebind";
const blockedEarly = cases.filter(({ stage }) => stage !== undefined && stage !== "redirect" && !isDnsStage(stage));
const blockedByDns = cases.filter(({ stage }) => isDnsStage(stage));
const redirected = cases.filter(({ stage }) => stage === "redirect");
const allowed = cases.filter((each) => each.expect === "allow");

/** Resolves to one list of addresses after the other, and repeats the last. */
function resolving(sequence: readonly string[][]): NonNullable<SenderOptions["resolve"]> {
  let call = 0;
  return async () => {
    const addresses = sequence[Math.min(call, sequence.length - 1)] ?? [];
    call += 1;
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
}

test("no case of the corpus is left out", () => {
  expect(cases.length).toBeGreaterThan(90);
  expect(blockedEarly.length + blockedByDns.length + redirected.length + allowed.length).toBe(cases.length);
});

describe("refused before anything is resolved", () => {
  let resolved = 0;
  const resolve: SenderOptions["resolve"] = async () => {
    resolved += 1;
    return [];
  };
  const sender = createSender({ policy: strict, resolve });
  afterAll(() => sender.close());

  test.each(named(blockedEarly))("%s: %s", async (_why, _url, { url, stage }) => {
    expect(checkUrlByPolicy(url, strict)).toMatchObject({ ok: false, stage });
    expect(await sender.send({ ...request, url })).toMatchObject({ kind: "error", stage });
    expect(resolved).toBe(0);
  });
});

describe("refused by the addresses of the name", () => {
  test.each(named(blockedByDns))("%s: %s", async (_why, _url, { url, stage, dns, dnsSequence }) => {
    const sender = createSender({ policy: strict, resolve: resolving(dnsSequence ?? [dns ?? []]) });
    // The form accepts a name that rebinds later: it was public when the action was saved.
    if (dnsSequence) expect(await sender.check(url)).toEqual({ ok: true });
    const result = await sender.send({ ...request, url });
    const code = dns?.length === 0 ? "dns" : "blocked";
    expect(result).toMatchObject({ kind: "error", code, stage });
    for (const address of [...(dns ?? []), ...(dnsSequence ?? []).flat()]) {
      if (!url.includes(address)) expect(JSON.stringify(result)).not.toContain(address);
    }
    await sender.close();
  });
});

describe("redirects are recorded and not followed", () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  test.each(named(redirected))("%s: %s", async (_why, _url, { url, redirect }) => {
    if (!redirect) throw new Error("the case has no redirect");
    receiver.clear();
    const { hostname } = new URL(url);
    receiver.script("/", [{ status: redirect.status, headers: { location: redirect.location } }]);
    const policy = { ...strict, allowedHosts: [`${hostname}:${receiver.port}`] };
    const sender = createSender({ policy, resolve: resolving([["127.0.0.1"]]) });
    const result = await sender.send({ ...request, url: `http://${hostname}:${receiver.port}/` });
    expect(result).toMatchObject({
      kind: "response",
      status: redirect.status,
      stage: "redirect",
      headers: expect.arrayContaining([["location", redirect.location]]),
    });
    expect(receiver.requests).toHaveLength(1);
    await sender.close();
  });
});

test.each(named(allowed))("let through: %s: %s", async (_why, _url, { url, dns }) => {
  const sender = createSender({ policy: strict, resolve: resolving([dns ?? []]) });
  expect(await sender.check(url)).toEqual({ ok: true });
  await sender.close();
});
