import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createNameResolver, type ResolveName } from "@/server/http/name-resolver";
import { makeProject } from "@/test/factories";
import { startNameServer, type NameAnswer, type NameServer } from "@/test/name-server";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

/** The answers of a real name server. A name outside the table does not exist. */
const zone: Record<string, NameAnswer> = {
  "public.example.com": { addresses: ["93.184.216.34"] },
  "private.example.com": { addresses: ["10.1.2.3"] },
  "mixed.example.com": { addresses: ["93.184.216.34", "10.1.2.3"] },
  "broken.example.com": { error: "SERVFAIL" },
};
const SENTENCE =
  "The host name does not lead to a public address. Check its spelling, and that public name servers know it.";
const faults = ["unknown.example.com", "broken.example.com"];
const forbidden = ["private.example.com", "mixed.example.com"];

let server: NameServer;
let names: ResolveName;
const resolve: ResolveName = (host, asker) => names(host, asker);
const { ctx } = useTestContext({ resolve });
let projectId: string;
let person: Awaited<ReturnType<typeof makeUser>>;
let api: ReturnType<typeof callerOf>;

beforeAll(async () => {
  server = await startNameServer(({ name }) => zone[name] ?? { error: "NXDOMAIN" });
});
afterAll(() => server.close());
beforeEach(async () => {
  names = createNameResolver({ servers: [server.address], hostsFile: "/nonexistent/hosts" });
  projectId = (await makeProject(ctx)).id;
  person = await makeUser(ctx, { [projectId]: "admin" });
  api = callerOf(ctx, person);
});

const action = (host: string) => ({
  projectId,
  name: `To ${host}`,
  type: "webhook",
  configuration: { url: `https://${host}/hook` },
});

describe("a name without an address at the moment", () => {
  test.each(faults)("is saved, with a warning: %s", async (host) => {
    const made = await api.action.create(action(host));
    expect(made).toMatchObject({ secret: expect.stringMatching(/^whsec_/), warning: SENTENCE });
    const changed = await api.action.update({ ...action(host), actionId: made.id, version: 1, name: "Renamed" });
    expect(changed).toEqual({ id: made.id, version: 2, warning: SENTENCE });
    expect(await api.operationalWebhook.set({ projectId, url: `https://${host}/told` })).toMatchObject({
      warning: SENTENCE,
    });
  });

  test.each(faults)("is tested, and the test reports its failure: %s", async (host) => {
    const { type, configuration } = action(host);
    expect(await api.action.sendTest({ projectId, type, configuration })).toMatchObject({
      ok: false,
      response: { kind: "error", code: "dns", message: SENTENCE },
    });
  });

  test("has no warning once the address exists", async () => {
    const { id } = await api.action.create(action("later.example.com"));
    zone["later.example.com"] = { addresses: ["93.184.216.34"] };
    const saved = await api.action.update({ ...action("later.example.com"), actionId: id, version: 1 });
    expect(saved.warning).toBeNull();
    expect((await api.action.create(action("public.example.com"))).warning).toBeNull();
  });
});

test.each(forbidden)("a name of a private address is refused with the same message: %s", async (host) => {
  const refusal = { code: "BAD_REQUEST", message: SENTENCE };
  const { type, configuration } = action(host);
  for (const call of [
    () => api.action.create(action(host)),
    () => api.action.sendTest({ projectId, type, configuration }),
    () => api.operationalWebhook.set({ projectId, url: `https://${host}/told` }),
  ])
    await expect(call()).rejects.toMatchObject(refusal);
  expect(await ctx.db.actionConfiguration.count({ where: { projectId } })).toBe(0);
});

test("a new project gives a person no new allowance, and takes none from others", async () => {
  const other = (await makeProject(ctx)).id;
  await ctx.db.membership.create({ data: { projectId: other, userId: person.id, role: "owner" } });
  const save = (by: typeof api, at: string) =>
    by.operationalWebhook.set({ projectId: at, url: "https://public.example.com/" });
  for (let count = 0; count < 60; count += 1) await save(api, count % 2 === 0 ? projectId : other);
  for (const at of [projectId, other])
    await expect(save(api, at)).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      message: expect.stringContaining("at most 60 checks of an address a minute"),
    });
  const colleague = callerOf(ctx, await makeUser(ctx, { [projectId]: "admin" }));
  await save(colleague, projectId);

  const { type, configuration } = action("unknown.example.com");
  const sendTest = (at: string) => colleague.action.sendTest({ projectId: at, type, configuration });
  for (let count = 0; count < 10; count += 1) await sendTest(projectId);
  await expect(sendTest(projectId)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  ctx.clock.advance(60_000);
  await sendTest(projectId);
  await save(api, other);
});
