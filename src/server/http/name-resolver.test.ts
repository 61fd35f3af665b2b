import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startNameServer, type NameAnswer, type NameServer, type Question } from "@/test/name-server";
import { startReceiver } from "@/test/receiver";
import type { RequestFailureError } from "./request-failure";
import {
  createNameResolver,
  parseHostsFile,
  type ResolvedAddress,
  type NameLookupOfProject,
  type ResolveName,
} from "./name-resolver";
import { createSender } from "./send";

let server: NameServer;
let answer: (question: Question) => NameAnswer;
let now: number;
let folder: string;
let names: ResolveName;

beforeEach(async () => {
  answer = () => ({ addresses: ["93.184.216.34"] });
  server = await startNameServer((question) => answer(question));
  folder = mkdtempSync(join(tmpdir(), "names-"));
  now = 0;
  names = createNameResolver({ servers: [server.address], hostsFile: join(folder, "hosts"), now: () => now });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const askerOf = (projectId: string): NameLookupOfProject => ({ projectId, state: "asking" });
const resolve = async (host: string, projectId = "a"): Promise<string[]> =>
  (await names(host, askerOf(projectId))).map(({ address }: ResolvedAddress) => address);
const hosts = (text: string): void => writeFileSync(join(folder, "hosts"), text);

describe("a name is resolved", () => {
  test("as an address, as localhost and by the hosts file before a server is asked", async () => {
    hosts("10.1.2.3 db.example.com db # the database\n::5 db.example.com\n");
    expect(await resolve("8.8.8.8")).toEqual(["8.8.8.8"]);
    expect(await resolve("localhost")).toEqual(["127.0.0.1", "::1"]);
    expect(await resolve("DB.example.com.")).toEqual(["10.1.2.3", "::5"]);
    expect(await resolve("db")).toEqual(["10.1.2.3"]);
    expect(server.questions).toEqual([]);
  });

  test("by the hosts file as it is now", async () => {
    expect(await resolve("db.example.com")).toEqual(["93.184.216.34"]);
    hosts("10.1.2.3 db.example.com\n");
    expect(await resolve("db.example.com")).toEqual(["10.1.2.3"]);
    hosts("10.1.2.30 db.example.com\n");
    expect(await resolve("db.example.com")).toEqual(["10.1.2.30"]);
  });

  test("with both of its kinds of address, and without a search domain", async () => {
    answer = () => ({ addresses: ["93.184.216.34", "2606:4700::1111"] });
    expect((await resolve("hooks.example.com")).sort()).toEqual(["2606:4700::1111", "93.184.216.34"]);
    answer = () => ({ error: "NXDOMAIN" });
    expect(await resolve("intranet")).toEqual([]);
    expect(new Set(server.questions.map(({ name }) => name))).toEqual(new Set(["hooks.example.com", "intranet"]));
  });

  test.each(["NXDOMAIN", "SERVFAIL", "REFUSED"] as const)(
    "and has no address where the server says %s",
    async (error) => {
      answer = () => ({ error });
      expect(await resolve("gone.example.com")).toEqual([]);
    },
  );

  test("although the server never answers for IPv6", async () => {
    answer = ({ type }) => (type === "AAAA" ? "silence" : { addresses: ["93.184.216.34"] });
    expect(await resolve("hooks.example.com")).toEqual(["93.184.216.34"]);
  });

  test("for 2 s at the first try, however quickly others were answered, and a second time", async () => {
    for (let index = 0; index < 10; index += 1) await resolve(`quick${index}.example.com`);
    let tries = 0;
    answer = ({ name, type }) => {
      if (name === "slow.example.com") return { addresses: ["93.184.216.34"], afterMs: 1_500 };
      if (type === "A") tries += 1;
      return tries < 2 ? "silence" : { addresses: ["93.184.216.34"] };
    };
    const [slow, lost] = await Promise.all([resolve("slow.example.com"), resolve("lost.example.com")]);
    expect(slow).toEqual(["93.184.216.34"]);
    expect(lost).toEqual(["93.184.216.34"]);
  });
});

describe("one look-up", () => {
  test("serves all callers that ask for its name", async () => {
    const all = Array.from({ length: 100 }, (_, index) => resolve("hooks.example.com", `project-${index}`));
    expect(new Set((await Promise.all(all)).flat())).toEqual(new Set(["93.184.216.34"]));
    expect(server.questions).toHaveLength(2);
  });

  test.each([
    [30, 29, 30],
    [86_400, 59, 60],
    [0, null, 0],
  ])("with a TTL of %i s is kept for no longer than that, and than a minute", async (ttl, keptUntil, goneAt) => {
    answer = () => ({ addresses: ["93.184.216.34"], ttl });
    await resolve("hooks.example.com");
    if (keptUntil !== null) {
      now = keptUntil * 1_000;
      await resolve("hooks.example.com");
      expect(server.questions).toHaveLength(2);
    }
    now = goneAt * 1_000;
    await resolve("hooks.example.com");
    expect(server.questions).toHaveLength(4);
  });

  test("that found nothing is not kept", async () => {
    answer = () => ({ error: "NXDOMAIN" });
    expect(await resolve("new.example.com")).toEqual([]);
    answer = () => ({ addresses: ["93.184.216.34"] });
    expect(await resolve("new.example.com")).toEqual(["93.184.216.34"]);
  });
});

test("silent names of one project delay neither other projects nor a name that others ask for", async () => {
  answer = ({ name }) => (name.startsWith("never") ? "silence" : { addresses: ["93.184.216.34"] });
  const askers = Array.from({ length: 40 }, () => askerOf("a"));
  const silent = Promise.allSettled(askers.map((asker, index) => names(`never${index}.example.com`, asker)));
  const own = askerOf("a");
  const queued = names("hooks.example.com", own).catch(() => undefined);
  await nextTurn();
  expect(askers.filter(({ state }) => state === "queued")).toHaveLength(8);
  expect(own.state).toBe("queued");
  expect(await resolve("hooks.example.com", "b")).toEqual(["93.184.216.34"]);
  // Each other look-up gets a place in the end, or fails without one.
  const outcomes = await silent;
  const told = outcomes.filter((each) => each.status === "rejected").map(({ reason }) => reason as RequestFailureError);
  expect(told.every(({ failure }) => failure.code === "resolver_busy")).toBe(true);
  await queued;
  expect(await resolve("other.example.com")).toEqual(["93.184.216.34"]);
});

test("deliveries of other projects arrive while one project's names never answer", async () => {
  answer = ({ name }) => (name.startsWith("never") ? "silence" : { addresses: ["127.0.0.1"], ttl: 0 });
  const receiver = await startReceiver();
  const hostsOf = (prefix: string): string[] =>
    Array.from({ length: 100 }, (_, index) => `${prefix}${index}.example.com:${receiver.port}`);
  const [silent, good] = [hostsOf("never"), hostsOf("good")];
  const sender = createSender({
    policy: { allowHttp: false, allowedPorts: [], allowedHosts: [...silent, ...good] },
    resolve: names,
  });
  const ended: string[] = [];
  const send = async (host: string, projectId: string, connectMs: number) => {
    const request = { method: "POST" as const, headers: {}, body: "{}", projectId };
    const result = await sender.send({
      ...request,
      url: `http://${host}/200`,
      timeouts: { connectMs, headersMs: 5_000, totalMs: 10_000 },
    });
    ended.push(projectId);
    return result.kind === "error" ? result.code : result.status;
  };
  const ofA = silent.map((host) => send(host, "a", 2_000));
  const ofB = await Promise.all(good.map((host) => send(host, "b", 5_000)));
  expect(ofB).toEqual(good.map(() => 200));
  expect(ended).not.toContain("a");
  // A look-up without a place has another code than a name that does not answer.
  const codes = await Promise.all(ofA);
  expect(codes.filter((code) => code === "dns")).toHaveLength(32);
  expect(codes.filter((code) => code === "resolver_busy")).toHaveLength(68);
  await sender.close();
  await receiver.close();
});

test("a hosts file is read past comments, empty lines and junk", () => {
  expect([
    ...parseHostsFile("# all\n\n127.0.0.1\tlocalhost a.example.com.\r\nnonsense b\n::1 A.example.com # c\n"),
  ]).toEqual([
    ["localhost", [{ address: "127.0.0.1", family: 4 }]],
    [
      "a.example.com",
      [
        { address: "127.0.0.1", family: 4 },
        { address: "::1", family: 6 },
      ],
    ],
  ]);
});
