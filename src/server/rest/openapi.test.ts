import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { restEndpoints } from "./endpoints";
import { findRestEndpoint } from "./find-rest-endpoint";
import { makeOpenApiDocument } from "./openapi";
import { makeReferencePage } from "./reference-page";

const document = makeOpenApiDocument(restEndpoints, "http://localhost:3000");

test("the OpenAPI document has no fault that its linter knows", async () => {
  const config = await createConfig({ extends: ["recommended-strict"], rules: { "no-server-example.com": "off" } });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ""}`),
  ).toEqual([]);
});

test("every endpoint has its own name and its own place", () => {
  expect(new Set(restEndpoints.map(({ id }) => id)).size).toBe(restEndpoints.length);
  for (const endpoint of restEndpoints) {
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, "x");
    expect(findRestEndpoint(restEndpoints, endpoint.method, path)).toMatchObject({ endpoint: { id: endpoint.id } });
  }
});

test("the reference page lists every endpoint, and holds no script and no style of its own", async () => {
  const response = makeReferencePage(restEndpoints);
  const html = await response.text();
  expect(restEndpoints.filter(({ id }) => !html.includes(`id="${id}"`))).toEqual([]);
  expect(html).not.toMatch(/<script|<style/);
});
