import { expect, test } from "vitest";
import { makeClientSnippets } from "./client-snippets";

test("each client has lines with the address of this instance and the key", () => {
  const samples = makeClientSnippets({ appUrl: "https://triggers.example.com", eventKey: "tsk_1" });
  expect(samples.map(({ label }) => label)).toEqual([
    ...["Langfuse JS", "Langfuse Python", "OpenTelemetry", "AI SDK", "LangChain", "Inngest SDK", "curl"],
  ]);
  for (const { code } of samples) {
    expect(code).toContain("https://triggers.example.com");
    expect(code).toContain("tsk_1");
  }
});
