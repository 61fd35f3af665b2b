import { expect, test } from "vitest";
import { ObservationCreated } from "../event-source/observation-created/schema";
import { identifyObservationClient, countObservationForClient } from "./observation-client";
import { listHintsForClient } from "./hints-for-client";

const parse = (observation: object) =>
  ObservationCreated.parse({ observation: { id: "o", ...observation } }).observation;
const otlp = { protocol: "otlp", sdk: "langfuse-python", sdkVersion: "4.14.3", convention: "langfuse" };

test("a client is what the span or the batch says, else what the request to the event endpoint said of itself", () => {
  expect(identifyObservationClient(parse({ ingestion: { ...otlp, scope: "x" } }), null)).toEqual(otlp);
  expect(identifyObservationClient(parse({}), "inngest-js 4.11.0")).toEqual({
    ...{ protocol: "http", sdk: "inngest-js", sdkVersion: "4.11.0", convention: null },
  });
  const named = (client: string) => identifyObservationClient(parse({}), client);
  expect(named("OpenTelemetry Collector 0.139.0")).toMatchObject({
    sdk: "OpenTelemetry Collector",
    sdkVersion: "0.139.0",
  });
  expect(named("curl")).toMatchObject({ sdk: "curl", sdkVersion: null });
  // A sender cannot change its protocol by what it writes into its own observation.
  expect(identifyObservationClient(parse({ ingestion: { protocol: "admin", sdk: 5 } }), null)).toMatchObject({
    protocol: "http",
    sdk: null,
  });
});

test.each([
  [{ type: "SPAN" }, false, { llm: 0, withoutContent: 0, withoutUser: 0 }],
  [{ type: "GENERATION" }, false, { llm: 1, withoutContent: 1, withoutCost: 1, withoutUser: 1 }],
  [
    { model: "m", input: "x", userId: "u", totalCost: 0 },
    false,
    { llm: 1, withoutContent: 0, withoutCost: 0, withoutUser: 0 },
  ],
  [{ type: "GENERATION" }, true, { events: 1, llm: 0, withoutContent: 0 }],
  [{ level: "ERROR" }, false, { errors: 1 }],
])("%j (part: %s) counts as %j", (observation, isPart, figures) => {
  expect(countObservationForClient(parse(observation), { isPart })).toMatchObject(figures);
});

test.each([
  ["gen_ai-1.36", { llm: 40, withoutContent: 30 }, "CAPTURE_MESSAGE_CONTENT"],
  ["langfuse", { llm: 40, withoutContent: 30 }, "masks them"],
  ["openinference", {}, "no span for a call that failed"],
  ["mastra", {}, "span of its agent"],
  ["langfuse", { llm: 40, withoutUser: 39 }, "names its user"],
  ["langfuse", { llm: 40, withoutCost: 40 }, "has a cost"],
  [null, { events: 200, llm: 10 }, "LLM spans only"],
])("a client of the convention %s with %j gets a hint", (convention, figures, words) => {
  const none = { events: 40, llm: 0, withoutContent: 0, withoutCost: 0, withoutUser: 0, errors: 0 };
  expect(listHintsForClient({ ...otlp, convention }, { ...none, ...figures }).join(" ")).toContain(words);
  expect(listHintsForClient({ ...otlp, convention: "langfuse" }, none)).toEqual([]);
});
