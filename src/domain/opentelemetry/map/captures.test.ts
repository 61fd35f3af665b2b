import { describe, expect, it } from "vitest";
import { bodyOf, differences, isProtobuf, loadCaptures, type Capture, type Fields } from "../../../test/captures";
import * as derived from "../../event-source/observation-created/derived";
import { ObservationCreated } from "../../event-source/observation-created/schema";
import { listCalledTools, listAvailableTools } from "../../event-source/observation-created/tools";
import { replaceUnstorableText } from "../../json/unstorable-text";
import { decodeJsonExport } from "../decode/decode-json";
import { decodeProtobufExport } from "../decode/decode-protobuf";
import { OtlpDecodingError, type TraceExport } from "../decode/trace-export";
import { convertSpanToObservation } from "./span-to-observation";
import { collectTraceAttributesOfRequest } from "./trace-attributes";

const otlp = loadCaptures().filter(({ requests }) => requests.every(({ path }) => path.endsWith("traces")));

function decoded(capture: Capture): TraceExport[] {
  return capture.requests.map((request) =>
    isProtobuf(request)
      ? decodeProtobufExport(bodyOf(request))
      : decodeJsonExport(new TextDecoder().decode(bodyOf(request))),
  );
}

const RECEIVED = Date.parse("2026-11-29T00:00:00Z");

/** The observations of a capture by id, each parsed as the event source parses it. */
function observationsOf(capture: Capture, hints = new Set<string>()): Map<string, ObservationCreated["observation"]> {
  const found = new Map<string, ObservationCreated["observation"]>();
  for (const { spans } of decoded(capture)) {
    const traces = collectTraceAttributesOfRequest(spans);
    for (const span of spans) {
      const sender = { sdk: null, sdkVersion: null };
      const trace = traces.get(span.traceId)!;
      const made = convertSpanToObservation(span, { sender, receivedMs: RECEIVED, trace, hints });
      const { observation } = ObservationCreated.parse({ observation: replaceUnstorableText(made).value });
      found.set(observation.id, observation);
    }
  }
  return found;
}

describe("captures of client SDKs", () => {
  it("are there", () => expect(otlp.length).toBeGreaterThan(60));

  it.each(otlp.filter(({ expected }) => expected.status === 200).map((capture) => [capture.file, capture] as const))(
    "%s becomes the observations that Langfuse shows",
    (_file, capture) => {
      const found = observationsOf(capture);
      const problems = capture.expected.observations.flatMap((expected) => {
        const observation = found.get(expected["id"] as string);
        if (!observation) return [`${String(expected["id"])} is missing`];
        const columns: Fields = {
          inputTokens: derived.deriveInputTokens(observation),
          outputTokens: derived.deriveOutputTokens(observation),
          totalTokens: derived.deriveTotalTokens(observation),
          toolNames: listAvailableTools(observation),
          calledToolNames: listCalledTools(observation),
        };
        return differences(capture, { expected, got: observation, derived: columns });
      });
      expect(problems).toEqual([]);
    },
  );

  it("have no hints where the answer is empty, because SDKs log each hint", () => {
    const silent = otlp.filter(({ expected }) => expected.answer?.startsWith("an empty"));
    expect(silent.length).toBeGreaterThan(40);
    const hints = new Set<string>();
    for (const capture of silent) observationsOf(capture, hints);
    expect([...hints]).toEqual([]);
  });

  it.each(otlp.filter(({ expected }) => expected.status === 400).map((capture) => [capture.file, capture] as const))(
    "%s is refused",
    (file, capture) => {
      // The header of this capture says gzip, but its bytes are plain. Tests of the endpoint cover that.
      if (file === "raw-gzip-lies.json") return;
      try {
        for (const { spans, refused } of decoded(capture)) {
          expect(spans).toEqual([]);
          expect(refused).not.toEqual([]);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpDecodingError);
      }
    },
  );
});
