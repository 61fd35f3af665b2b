import { emptyFilter } from "../src/domain/filter/schema";
import { expect, expectClean, test } from "./fixtures";

test("an admin sees what the engine does, cancels a run that waits and runs it again", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
}) => {
  const projectId = projectUrl.split("/").at(-1)!;
  const change = async <Output>(path: string, input: object, types?: object): Promise<Output> => {
    const data = { json: { projectId, ...input }, ...(types ? { meta: types } : {}) };
    const answer = await page.request.post(`/api/trpc/${path}`, { data });
    expect(answer.status(), await answer.text()).toBe(200);
    return ((await answer.json()) as { result: { data: { json: Output } } }).result.data.json;
  };
  const name = `Patient ${Date.now()}`;
  const action = await change<{ id: string }>("action.create", {
    name,
    type: "webhook",
    configuration: { url: receiver.url("200"), headers: [] },
  });
  // They are stored before the trigger is there, so that a backfill finds them; at one a minute it sleeps after the first.
  for (const n of [1, 2, 3]) await application.send({ id: `obs-${n}-${Date.now()}`, name, level: "ERROR" });
  const list = encodeURIComponent(JSON.stringify({ json: { projectId, limit: 10 } }));
  await expect
    .poll(
      async () =>
        (await (await page.request.get(`/api/trpc/observation.list?input=${list}`)).text()).split(name).length,
    )
    .toBe(4);
  const filter = { ...emptyFilter, children: [{ type: "condition", column: "name", operator: "=", value: name }] };
  const trigger = await change<{ id: string }>("trigger.create", {
    name,
    eventSource: "observation.created",
    filter,
    actionIds: [action.id],
  });
  const [from, to] = [new Date(Date.now() - 3_600_000), new Date()].map((date) => date.toISOString());
  const dates = { values: { from: ["Date"], to: ["Date"] } };
  await change("backfill.start", { triggerId: trigger.id, ratePerMinute: 1, from, to }, dates);

  await page.goto(`${projectUrl}/settings`);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Engine" }).click();
  await expect(page.getByRole("region", { name: "State of the engine" })).toContainText("Running");
  const rows = page.getByRole("table", { name: "Runs" }).getByRole("row");
  await expect(rows.filter({ hasText: "Match observations" }).filter({ hasText: "Completed" }).first()).toBeVisible();
  await expectClean(page);

  await page.getByRole("group", { name: "State" }).getByRole("button", { name: "Sleeping" }).click();
  await rows.filter({ hasText: "Jobs" }).first().getByRole("link").click();
  const panel = page.getByRole("dialog", { name: "Jobs" });
  await expect(panel.getByRole("list", { name: "Steps" })).toContainText("Sleeps");
  const cancelled = new URL(page.url()).searchParams.get("run")!;
  await panel.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(panel).toContainText("Cancelled");

  await panel.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Run again" }).click();
  await expect(page).not.toHaveURL(new RegExp(cancelled));
  await expect(panel.getByRole("list", { name: "Steps" })).toContainText("Sleeps");

  await page.goto(`${projectUrl}/settings/audit`);
  await expect(page.getByText(`Ran the run ${cancelled} again.`)).toBeVisible();
  await expect(page.getByText(`Cancelled the run ${cancelled}.`)).toBeVisible();
});

test("the numbers for monitoring are not for whoever comes by", async ({ request }) => {
  for (const authorization of ["", "Bearer ", "Bearer undefined"]) {
    const answer = await request.get("/api/engine", { headers: { authorization } });
    expect(answer.status()).toBe(401);
    expect(await answer.text()).not.toContain("functions");
  }
});
