import { expect, test } from "vitest";
import { findText } from "@/test/find-text";
import { makeAction, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { encryptPlainUrls } from "./encrypt-plain-urls";

const { ctx, receiver, database } = useTestContext();

test("URLs of an earlier release are encrypted at the start, and a second start changes nothing", async () => {
  const projectId = (await makeProject(ctx)).id;
  const api = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
  const url = `${receiver.url("200")}?token=credential-of-an-earlier-release`;
  const { id } = await makeAction(ctx, projectId, url);
  await api.action.setEnabled({ projectId, actionId: id, enabled: false });
  await api.operationalWebhook.set({ projectId, url });
  // An earlier release stored the URLs like this.
  const text = JSON.stringify(url);
  await ctx.db
    .$executeRaw`UPDATE action_configuration SET configuration = jsonb_set(configuration, '{url}', ${text}::jsonb)`;
  await ctx.db.$executeRaw`
      UPDATE configuration_version SET snapshot = jsonb_set(snapshot, '{configuration,url}', ${text}::jsonb)`;
  await ctx.db.$executeRaw`UPDATE operational_webhook SET url = ${url}, url_ciphertext = ''`;

  await encryptPlainUrls(ctx);
  expect(await findText(database.connectionString, "credential-of-an-earlier-release")).toEqual([]);
  expect((await api.action.get({ projectId, actionId: id })).configuration?.url).toBe(url);
  expect((await api.operationalWebhook.get({ projectId }))?.url).toBe(url);
  await api.version.restore({ projectId, kind: "action", targetId: id, version: 2, currentVersion: 2 });
  expect((await api.action.get({ projectId, actionId: id })).configuration?.url).toBe(url);

  const rows = () =>
    Promise.all([
      ctx.db.actionConfiguration.findMany(),
      ctx.db.configurationVersion.findMany(),
      ctx.db.operationalWebhook.findMany(),
    ]);
  const before = await rows();
  await encryptPlainUrls(ctx);
  expect(await rows()).toEqual(before);
});
