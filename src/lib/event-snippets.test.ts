import { expect, test } from "vitest";
import { ObservationCreated } from "@/domain/event-source/observation-created/schema";
import { makeEventSnippets } from "./event-snippets";

test("the event endpoint accepts the body of the curl example", () => {
  const curl = makeEventSnippets({ appUrl: "https://triggers.example.com", eventKey: "key_1" })[0]!.code;
  expect(curl).toMatch(/^curl https:\/\/triggers\.example\.com\/e\/key_1 /);
  const body = JSON.parse(/-d '(.*)'$/s.exec(curl)![1]!) as { name: string; data: unknown };
  expect(body.name).toBe("observation.created");
  expect(ObservationCreated.safeParse(body.data).success).toBe(true);
});
