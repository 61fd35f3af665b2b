import { expect, test } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type App } from "./app";
import { expectAccessible } from "./fixtures";
import { decodeProtobufExport } from "../src/domain/opentelemetry/decode/decode-protobuf";
import { findFreePort } from "../src/server/db/embedded/postmaster";
import { OIDC_CLIENT, startOidcProvider, type TestOidcProvider } from "../src/test/oidc-provider";

/*
 * Runs the built program with required single sign-on and with a trace collector, so that the bundled code of both is
 * tested.
 */

test.describe.configure({ mode: "serial" });
const eventKey = "tsk_sso_0123456789abcdef";
let app: App;
let provider: TestOidcProvider;
let collector: Server;
const spans: { name: string; traceId: string }[] = [];

test.beforeAll(async () => {
  const port = await findFreePort();
  provider = await startOidcProvider(`http://127.0.0.1:${port}/api/auth/callback/oidc`);
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      spans.push(...decodeProtobufExport(Buffer.concat(chunks)).spans);
      response.end();
    });
  });
  await new Promise<void>((done) => void collector.listen(0, "127.0.0.1", done));
  app = await startApp({
    port,
    dataDir: mkdtempSync(join(tmpdir(), "trigger-system-sso-")),
    env: {
      ADMIN_PASSWORD: "correct-horse-battery",
      DEMO_EVENT_KEY: eventKey,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.clientId,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.clientSecret,
      OIDC_NAME: "Example",
      OIDC_REQUIRED: "1",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
    logName: "sso.log",
  });
});
test.afterAll(async () => {
  await app.stop();
  await provider.close();
  collector.closeAllConnections();
  collector.close();
});

test("a person signs in at the provider with one button; a person with an unverified email reads why not", async ({
  page,
}) => {
  await page.goto(`${app.url}/sign-in`);
  await expect(page.getByLabel("Password")).toHaveCount(0);
  await expectAccessible(page);
  provider.people.set("mallory", { email: "admin@example.com", email_verified: false });
  provider.signInAs("mallory");
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "has not verified your email" })).toBeVisible();

  // The start has already created the first account. Single sign-on finds the account by its verified email.
  await page.context().clearCookies();
  provider.people.set("ada", { email: "admin@example.com", email_verified: true, name: "Ada" });
  provider.signInAs("ada");
  await page.goto(`${app.url}/sign-in`);
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await page.waitForURL(/\/projects\/prj_/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("an event leaves a trace at the collector", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const answer = await fetch(`${app.url}/e/${eventKey}`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: JSON.stringify({ name: "observation.created", data: { observation: { id: "obs-traced", level: "ERROR" } } }),
  });
  expect(answer.status).toBe(200);
  const names = () => spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
  await expect.poll(names).toEqual(expect.arrayContaining(["receive events", "decide"]));
});
