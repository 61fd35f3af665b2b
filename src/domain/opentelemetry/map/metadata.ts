import type { SpanEvent, SpanLink } from "../decode/trace-export";
import { finishReasonAndProvider, readPromptNameAndVersion, requestAndResponseModel } from "./model";
import type { SpanReader } from "./span-reader";
import { readAggregatedUsage } from "./usage";
import { isMeaningfulValue, parseObjectOrList, withoutMissingMembers } from "./read-values";
import { isJsonObject, type JsonObject } from "../../json/json-kinds";

/** The attributes in which senders write the application's metadata. A later one replaces an earlier one. */
const places: readonly { object?: string; prefix?: string; except?: readonly string[] }[] = [
  { prefix: "traceloop.association.properties." },
  { prefix: "langsmith.metadata." },
  { prefix: "mastra.metadata." },
  { prefix: "ai.settings.context." },
  { object: "metadata" },
  { object: "langfuse.metadata" },
  { object: "langfuse.observation.metadata" },
  { prefix: "langfuse.observation.metadata." },
  { prefix: "langfuse.metadata." },
  { prefix: "ai.telemetry.metadata.", except: ["userId", "sessionId", "tags", "langfusePrompt"] },
  { object: "langfuse.trace.metadata" },
  { prefix: "langfuse.trace.metadata." },
];

/** Events that hold content, which goes into input and output. */
const contentEvent = /^gen_ai\.(?:(?:system|user|assistant|tool)\.message|choice|content\.|client\.inference\.)/;

/**
 * Returns the metadata of a span: the application's own, as it was sent, and facts of the span that no other field
 * holds. If both use one name, the application's value stays.
 */
export function collectSpanMetadata(reader: SpanReader): JsonObject {
  const own = new Map<string, unknown>();
  for (const { object, prefix, except = [] } of places) {
    if (object !== undefined) addObject(own, reader, object);
    if (prefix === undefined) continue;
    for (const [name, value] of reader.under(prefix)) {
      reader.used.add(prefix + name);
      if (!except.includes(name)) own.set(name, value);
    }
  }
  return { ...aboutTheSpan(reader), ...Object.fromEntries(own) };
}

/** Joins an object into the metadata. A list or a text has no names, so it goes under the name `metadata`. */
function addObject(to: Map<string, unknown>, reader: SpanReader, name: string): void {
  const value = parseObjectOrList(reader.get(name));
  if (!isMeaningfulValue(value)) return;
  reader.used.add(name);
  if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) to.set(key, item);
  else to.set("metadata", value);
}

function aboutTheSpan(reader: SpanReader): JsonObject {
  const { span, used } = reader;
  const isLangfuse = reader.scope.startsWith("langfuse-sdk");
  const unused = [...span.attributes].filter(([name, value]) => !used.has(name) && value !== null);
  const events = span.events.filter(({ name }) => !contentEvent.test(name));
  const { name: scopeName, version, attributes } = span.scope;
  const told: [string, unknown][] = [
    ["attributes", isLangfuse ? {} : Object.fromEntries(unused)],
    ["resourceAttributes", Object.fromEntries(span.resource)],
    [
      "scope",
      withoutMissingMembers([
        ["name", scopeName || null],
        ["version", version],
        ["attributes", filled(attributes)],
      ]),
    ],
    ["events", events.map(shownEvent)],
    ["links", span.links.map(shownLink)],
    ["droppedAttributes", span.droppedAttributes || null],
    ["droppedEvents", span.droppedEvents || null],
    ["aggregatedUsage", readAggregatedUsage(reader)],
    ["promptVersion", readPromptNameAndVersion(reader).otherVersion],
  ];
  return {
    ...Object.fromEntries(told.filter(([, value]) => isMeaningfulValue(value))),
    ...requestAndResponseModel(reader),
    ...finishReasonAndProvider(reader),
  };
}

const filled = (attributes: ReadonlyMap<string, unknown>): JsonObject | null =>
  attributes.size > 0 ? Object.fromEntries(attributes) : null;

const shownEvent = ({ name, timeMs, attributes }: SpanEvent): JsonObject =>
  withoutMissingMembers([
    ["name", name],
    ["time", timeMs === null ? null : new Date(timeMs).toISOString()],
    ["attributes", filled(attributes)],
  ]);

const shownLink = ({ traceId, spanId, attributes }: SpanLink): JsonObject =>
  withoutMissingMembers([
    ["traceId", traceId],
    ["spanId", spanId],
    ["attributes", filled(attributes)],
  ]);
