import pg from "pg";
import { toStoredWebhook, WebhookInput } from "../src/domain/action/webhook/config";
import { findEmbeddedPostgres } from "../src/server/db/embedded";
import { fillWithLifeStates, type LifeStates } from "../src/test/life-states";
import { expect, expectAccessible, test } from "./fixtures";

/** Creates a project with rows in every state, including rows after pruning, after expunging, and of older versions. */
async function makeFilledProject(dataDir: string, adminEmail: string): Promise<LifeStates & { projectId: string }> {
  const found = await findEmbeddedPostgres(dataDir);
  const client = new pg.Client({ connectionString: found!.connectionString });
  await client.connect();
  try {
    const projectId = `prj_states${Date.now()}`;
    const configuration = toStoredWebhook(
      WebhookInput.parse({ url: "https://example.com/hook" }),
      (text) => text,
      null,
    );
    const [triggerId, actionId] = [`trg_${projectId}`, `act_${projectId}`];
    await client.query("INSERT INTO project (id, name, updated_at) VALUES ($1, 'Every state', now())", [projectId]);
    await client.query(
      `INSERT INTO membership (project_id, user_id, role) SELECT $1, id, 'owner' FROM "user" WHERE email = $2`,
      [projectId, adminEmail],
    );
    await client.query(
      `INSERT INTO action_configuration (id, project_id, name, type, configuration, updated_at)
       VALUES ($1, $2, 'An action', 'webhook', $3, now())`,
      [actionId, projectId, JSON.stringify(configuration)],
    );
    await client.query(
      `INSERT INTO trigger_configuration (id, project_id, name, event_source, filter, updated_at)
       VALUES ($1, $2, 'A trigger', 'observation.created', '{"type":"group","match":"all","children":[]}', now())`,
      [triggerId, projectId],
    );
    await client.query("INSERT INTO trigger_action (trigger_id, action_id) VALUES ($1, $2)", [triggerId, actionId]);
    const states = await fillWithLifeStates((text, values) => client.query(text, values), {
      projectId,
      triggerId,
      actionId,
    });
    return { ...states, projectId };
  } finally {
    await client.end();
  }
}

test("the page of every execution and observation opens, also after pruning and expunging", async ({
  admin: page,
  agreed,
}) => {
  const { projectId, executionIds, observationIds } = await makeFilledProject(agreed.dataDir, agreed.admin.email);
  const base = `/projects/${projectId}`;
  const visited = executionIds.filter((id) => /request-|pruned-COMPLETED|emptied-ERROR/.test(id));
  // The execution's own page shows the request, the response and the reason at the same time.
  for (const executionId of visited)
    await test.step(executionId, async () => {
      await page.goto(`${base}/executions/${executionId}/page`);
      await expect(page.getByRole("region", { name: "Request" })).toBeVisible();
      await expect(page.getByRole("tab", { selected: true })).toBeVisible();
      await expect(page.getByText("A reason.").filter({ visible: true }).first()).toBeVisible();
    });
  await page.goto(`${base}/executions/${visited.find((id) => id.includes("request-removed-prj"))}`);
  for (const name of ["Request", "Response", "Event", "Why it fired"])
    await test.step(name, async () => {
      // The HTML already shows the tabs, but a click before React's hydration has no effect.
      await expect(async () => {
        await page.getByRole("tab", { name }).click();
        await expect(page.getByRole("tab", { name, selected: true })).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await expect(page.getByText("A reason.").filter({ visible: true }).first()).toBeVisible();
    });
  await page.goto(`${base}/executions/${executionIds.find((id) => id.includes("pruned-COMPLETED"))}?tab=request`);
  await expect(page.getByText("The body was removed")).toBeVisible();
  await expectAccessible(page);
  for (const observationId of observationIds)
    for (const tab of ["state", "triggers"]) {
      await page.goto(`${base}/observations/${observationId}?tab=${tab}`);
      await expect(page.getByRole("tab", { selected: true })).toBeVisible();
    }
  for (const path of [
    "",
    "/executions",
    `/triggers/trg_${projectId}`,
    `/actions/act_${projectId}`,
    "/settings",
    "/settings/audit",
    "/settings/rejected-events",
  ]) {
    await page.goto(`${base}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  }
});
