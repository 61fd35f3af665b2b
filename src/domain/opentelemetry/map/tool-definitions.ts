import { rebuildListFromDottedNames } from "./rebuild";
import type { SpanReader } from "./span-reader";
import { isMeaningfulValue, readObject, parseObjectOrList } from "./read-values";
import { isJsonObject } from "../../json/json-kinds";

/** Returns the tools that the model could call, in the sender's own form; null if the span names none. */
export function readToolDefinitions(reader: SpanReader): unknown {
  for (const name of ["gen_ai.tool.definitions", "ai.prompt.tools", "lk.function_tools", "lk.pii.function_tools"]) {
    const value = parseObjectOrList(reader.get(name));
    if (!isMeaningfulValue(value)) continue;
    reader.used.add(name);
    return Array.isArray(value) ? value.map(parseObjectOrList) : value;
  }
  return openInferenceTools(reader) ?? oldTraceloopTools(reader) ?? toolsOfRequest(reader);
}

/** Reads the tools of OpenLLMetry up to 0.5, which writes one attribute for each field of each function. */
function oldTraceloopTools(reader: SpanReader): unknown {
  const found = rebuildListFromDottedNames(reader, "llm.request.functions.");
  for (const name of found?.names ?? []) reader.used.add(name);
  return found?.value ?? null;
}

function openInferenceTools(reader: SpanReader): unknown {
  const found = rebuildListFromDottedNames(reader, "llm.tools.");
  if (!found || !Array.isArray(found.value)) return null;
  for (const name of found.names) reader.used.add(name);
  const schema = (item: unknown): unknown =>
    isJsonObject(item) && isJsonObject(item["tool"]) ? item["tool"]["json_schema"] : item;
  return found.value.map((item) => parseObjectOrList(schema(item)));
}

/**
 * Reads the tools from the request of Google's ADK, or from the input that Genkit records, which has the request's
 * tools too.
 */
function toolsOfRequest(reader: SpanReader): unknown {
  const config = readObject(readObject(reader.get("gcp.vertex.agent.llm_request"))?.["config"]);
  const genkit = readObject(reader.get("genkit:input"));
  return [config?.["tools"], genkit?.["tools"]].find(isMeaningfulValue) ?? null;
}
