import { describe, expect, it } from "vitest";
import { readEventEndpointClient, readEventKey, readClientSdk } from "./client-headers";

const requestWith = (headers: Record<string, string>): Request => new Request("http://localhost", { headers });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the event key", () => {
  it.each([
    ["Basic with a public key", { authorization: `Basic ${base64("pk-lf-1:tsk_1")}` }, "tsk_1"],
    ["Basic without a user", { authorization: `Basic ${base64(":tsk_1")}` }, "tsk_1"],
    ["Basic with a colon in the password", { authorization: `Basic ${base64("pk:a:b")}` }, "a:b"],
    ["Basic in another case, with more spaces", { authorization: `  bASIC   ${base64("pk:tsk_1")} ` }, "tsk_1"],
    [
      "Basic in base64url without padding",
      { authorization: `Basic ${Buffer.from("p?k>:~~").toString("base64url")}` },
      "~~",
    ],
    ["Bearer", { authorization: "Bearer tsk_1" }, "tsk_1"],
    ["x-api-key", { "x-api-key": " tsk_1 " }, "tsk_1"],
    ["x-api-key beside a Basic without a password", { authorization: `Basic ${base64("pk:")}`, "x-api-key": "k" }, "k"],
    ["x-api-key beside a scheme of a proxy", { authorization: "Negotiate abc", "x-api-key": "k" }, "k"],
  ])("is found in %s", (_name, headers, key) => expect(readEventKey(requestWith(headers as never))).toBe(key));

  it.each([
    ["no header", {}],
    ["Basic without a colon", { authorization: `Basic ${base64("tsk_1")}` }],
    ["Basic that is no base64", { authorization: "Basic %%%" }],
    ["a scheme without credentials", { authorization: "Bearer" }],
    ["another scheme", { authorization: "Digest tsk_1" }],
    ["an empty x-api-key", { "x-api-key": " " }],
  ])("is missing in %s", (_name, headers) => expect(readEventKey(requestWith(headers as never))).toBeNull());
});

it.each([
  [{ "x-langfuse-sdk-name": "python", "x-langfuse-sdk-version": "4.14.3" }, "langfuse-python", "4.14.3"],
  [{ "x-langfuse-sdk-name": "langfuse-js", "x-langfuse-sdk-version": "3.38.4" }, "langfuse-js", "3.38.4"],
  [{ x_langfuse_sdk_name: "javascript", x_langfuse_sdk_version: "4.0.1" }, "langfuse-javascript", "4.0.1"],
  [{ "user-agent": "OTel-OTLP-Exporter-Python/1.38.0" }, "OTel-OTLP-Exporter-Python", "1.38.0"],
  [{ "user-agent": "OTel OTLP Exporter Go/1.38.0" }, "OTel OTLP Exporter Go", "1.38.0"],
  [
    { "user-agent": "OpenTelemetry Collector Contrib/0.139.0 (linux/amd64)" },
    "OpenTelemetry Collector Contrib",
    "0.139.0",
  ],
  [{ "user-agent": "OTel-OTLP-Exporter-Ruby/0.31.0 Ruby/3.4.1 (x86_64-linux)" }, "OTel-OTLP-Exporter-Ruby", "0.31.0"],
  [{ "user-agent": "curl/8.5.0" }, "curl", "8.5.0"],
  [{ "user-agent": "node" }, "node", null],
  [{}, null, null],
])("%j is the client %s %s", (headers, sdk, sdkVersion) =>
  expect(readClientSdk(requestWith(headers as never))).toEqual({ sdk, sdkVersion }),
);

it.each([
  [{ "x-inngest-sdk": "inngest-js:v4.11.0" }, "inngest-js 4.11.0"],
  [{ "x-inngest-sdk": "js:v3.44.1" }, "inngest-js 3.44.1"],
  [{ "user-agent": "curl/8.5.0" }, "curl 8.5.0"],
  [{}, null],
])("%j at the event endpoint is %s", (headers, client) =>
  expect(readEventEndpointClient(requestWith(headers as never))).toBe(client),
);
