import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, expectAccessible, test } from "./fixtures";

test("an agent proposes a trigger with a token, a person applies it in the browser, and the webhook arrives", async ({
  admin: page,
  projectUrl,
  agreed,
  application,
  receiver,
}) => {
  const name = `Slow answers ${Date.now()}`;
  await page.goto(`${projectUrl}/settings/api-tokens`);
  await page.getByRole("button", { name: "Create token" }).first().click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("checkbox", { name: "write" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create token" }).click();
  const token = (await page.getByLabel("API token", { exact: true }).textContent())!.trim();
  expect(token).toMatch(/^tsa_/);
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Active");
  await expectAccessible(page);

  const headers = { authorization: `Bearer ${token}` };
  const projectId = projectUrl.split("/").at(-1)!;
  const action = await page.request.post(`/api/v1/projects/${projectId}/actions`, {
    headers,
    data: { name, type: "webhook", configuration: { url: receiver.url("200", name.replaceAll(" ", "-")) } },
  });
  expect(action.status()).toBe(201);
  const { id: actionId } = (await action.json()) as { id: string };

  const agent = new Client({ name: "e2e", version: "1" });
  await agent.connect(new StreamableHTTPClientTransport(new URL("/mcp", agreed.url), { requestInit: { headers } }));
  const condition = { type: "condition", column: "name", operator: "=", value: name };
  const proposed = await agent.callTool({
    name: "propose_trigger",
    arguments: {
      trigger: {
        name,
        eventSource: "observation.created",
        filter: { type: "group", match: "all", children: [condition] },
        actionIds: [actionId],
      },
      reason: "Users wait too long.",
    },
  });
  await agent.close();
  expect(proposed.isError, JSON.stringify(proposed.content)).toBeFalsy();
  const { url } = proposed.structuredContent as { url: string };

  await page.goto(new URL(url).pathname);
  await expect(page.getByText("Users wait too long.")).toBeVisible();
  await expect(page.getByText(`the token “${name}”`)).toBeVisible();
  await expectAccessible(page);
  // The page reads the applied draft again and hides the button before the answer to the click arrives.
  await page.route("**/api/trpc/draft.accept*", async (route) => {
    const response = await route.fetch();
    await expect(page.getByText("The draft was applied.")).toBeVisible();
    await route.fulfill({ response });
  });
  await page.getByRole("button", { name: "Apply draft" }).click();
  await expect(page).toHaveURL(/\/triggers\/trg_/);

  const id = `slow-${Date.now()}`;
  await application.send({ id, name, level: "DEFAULT" });
  await expect.poll(() => receiver.requests.some(({ rawBody }) => rawBody.includes(id))).toBe(true);
});
