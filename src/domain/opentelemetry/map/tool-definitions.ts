import { rebuildFromDottedNames } from "./rebuild";
import type { SpanReading } from "./span-reading";
import { isMeaningful, isObject, objectIn, opened } from "./values";

/** Returns the tools that the model could call, in the sender's own form; null if the span names none. */
export function toolDefinitionsOf(reading: SpanReading): unknown {
  for (const name of ["gen_ai.tool.definitions", "ai.prompt.tools", "lk.function_tools", "lk.pii.function_tools"]) {
    const value = opened(reading.get(name));
    if (!isMeaningful(value)) continue;
    reading.used.add(name);
    return Array.isArray(value) ? value.map(opened) : value;
  }
  return openInferenceTools(reading) ?? adkTools(reading);
}

function openInferenceTools(reading: SpanReading): unknown {
  const found = rebuildFromDottedNames(reading, "llm.tools.");
  if (!found || !Array.isArray(found.value)) return null;
  for (const name of found.names) reading.used.add(name);
  const schema = (item: unknown): unknown =>
    isObject(item) && isObject(item["tool"]) ? item["tool"]["json_schema"] : item;
  return found.value.map((item) => opened(schema(item)));
}

function adkTools(reading: SpanReading): unknown {
  const config = objectIn(objectIn(reading.get("gcp.vertex.agent.llm_request"))?.["config"]);
  const tools = config?.["tools"];
  return isMeaningful(tools) ? tools : null;
}
