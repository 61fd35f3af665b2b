import { expect, test } from "./fixtures";

/*
 * Calls the URLs that OpenTelemetry's and Langfuse's clients use, on the real server, including doubled and trailing
 * slashes from base URLs.
 */

const nothing = { data: "{}", headers: { "content-type": "application/json" }, maxRedirects: 0 };

for (const path of [
  "/v1/traces",
  "/v1/traces/",
  "//v1/traces",
  "/api/public/otel",
  "//api/public/otel//v1/traces/",
  "/api/public/otel/v1/traces/v1/traces",
  "/v1/logs/",
  "//v1/metrics",
])
  test(`an export to ${path} is answered, and not redirected`, async ({ request, agreed }) => {
    const headers = { ...nothing.headers, "x-api-key": agreed.eventKey };
    const answer = await request.post(agreed.url + path, { ...nothing, headers });
    expect([answer.status(), await answer.text()]).toEqual([200, "{}"]);
    expect((await request.post(agreed.url + path, nothing)).status()).toBe(401);
  });

test("an export to an address with the key in it needs no header", async ({ request, agreed }) => {
  for (const key of [agreed.eventKey, "tsk_wrong_0123456789"]) {
    const answer = await request.post(`${agreed.url}//api/public/otel/${key}/v1/traces/`, nothing);
    expect(answer.status()).toBe(key === agreed.eventKey ? 200 : 401);
  }
});

test("another method at an address of senders is refused in JSON", async ({ request, agreed }) => {
  const taken = { "/v1/traces": "POST", "/api/public/ingestion": "POST", "/api/public/media": "POST" };
  const addresses = { ...taken, "/api/public/health": "GET", "/api/public/projects": "GET" };
  for (const [path, allowed] of Object.entries(addresses))
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((one) => one !== allowed)) {
      const answer = await request.fetch(`${agreed.url}/${path}/`, { method, maxRedirects: 0 });
      expect([path, method, answer.status(), answer.headers()["allow"]]).toEqual([path, method, 405, allowed]);
      expect(await answer.json()).toMatchObject({ code: 12 });
    }
  const health = await request.fetch(`${agreed.url}/api/public/health`, { method: "HEAD", maxRedirects: 0 });
  expect(health.status()).toBe(200);
});
