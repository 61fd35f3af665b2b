import { LangfuseSpanProcessor } from "@langfuse/otel";
import { setLangfuseTracerProvider, startObservation } from "@langfuse/tracing";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { addActionInTriggerForm, expect, test } from "./fixtures";

/** Runs an application that sends traces by Langfuse's SDK: an agent whose model call fails. */
async function runAgent(target: { url: string; eventKey: string }, name: string): Promise<void> {
  const { url: baseUrl, eventKey: secretKey } = target;
  const processor = new LangfuseSpanProcessor({ baseUrl, publicKey: "pk", secretKey });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  setLangfuseTracerProvider(provider);
  const agent = startObservation(name, { input: "Where is my order?" }, { asType: "agent" });
  const fail = (step: string, input: number) =>
    agent
      .startObservation(step, { model: "gpt-4o" }, { asType: "generation" })
      .update({ level: "ERROR", statusMessage: "Rate limit reached", usageDetails: { input, output: 100 } })
      .end();
  fail("dear-call", 8_000);
  fail("cheap-call", 80);
  agent.startObservation("fine-call", { model: "gpt-4o" }, { asType: "generation" }).end();
  agent.end();
  await provider.shutdown();
}

test("a webhook gets an agent's errors that cost more than a cent, and the page names the price used", async ({
  admin: page,
  projectUrl,
  agreed,
  receiver,
}) => {
  const agent = `agent-${Date.now()}`;
  await page.goto(`${projectUrl}/actions/new`);
  await page.getByLabel("Name").fill(agent);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url("200", agent));
  await page.getByRole("button", { name: "Create action" }).click();
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();

  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByLabel("Name").fill(agent);
  const builder = page.locator("#trigger-filter");
  const values = [
    ["Trace name", agent],
    ["Level", "ERROR"],
    ["Total cost", "0.01"],
  ] as const;
  for (const [index, [column, value]] of values.entries()) {
    await builder.getByRole("button", { name: "Add condition" }).click();
    const condition = builder.getByRole("group", { name: new RegExp(`condition ${index + 1}$`) });
    await condition.getByRole("combobox", { name: "Column" }).click();
    await page.getByPlaceholder("Search columns…").fill(column);
    await page.getByRole("option", { name: column }).first().click();
    await condition.getByLabel(`Value of ${column}`).fill(value);
    // In a list field, Enter adds the typed text as a value. In a number field, Enter would submit the form.
    if (column !== "Total cost") await page.keyboard.press("Enter");
  }
  await addActionInTriggerForm(page, agent);
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page).toHaveURL(/\/triggers\/trg_/);

  await runAgent(agreed, agent);

  await page.goto(`${projectUrl}/executions`);
  const row = page.getByRole("row").filter({ hasText: agent });
  await expect(row).toContainText("Delivered");
  await expect(row).toHaveCount(1);
  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/executions\/exe_/);
  await page.getByRole("tab", { name: "Why it fired" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("computed from the price of gpt-4o");

  // Triggers that other tests made on errors may send to the same receiver.
  const bodies = receiver.requests.map(
    ({ rawBody }) => JSON.parse(rawBody) as { data?: { trigger?: { name: string } } },
  );
  expect(bodies.filter(({ data }) => data?.trigger?.name === agent)).toMatchObject([
    {
      data: { observation: { name: "dear-call", level: "ERROR", totalCost: 0.021, computedCost: { model: "gpt-4o" } } },
    },
  ]);
});
