import { parseJson } from "../../json/read-json";
import { WIRE_TYPE_LENGTH, ProtobufReader } from "./protobuf-reader";
import { OtlpDecodingError } from "./trace-export";

/** The signals that the program does not read. It only counts their items, to report how many it refused. */
export type UnsupportedSignal = "metrics" | "logs";

/** The path to the items in an export: names of nested lists in JSON, and field numbers in protobuf. */
const paths: Record<UnsupportedSignal, { names: readonly string[]; fields: readonly number[] }> = {
  logs: { names: ["resourceLogs", "scopeLogs", "logRecords"], fields: [1, 2, 2] },
  metrics: { names: ["resourceMetrics", "scopeMetrics", "metrics"], fields: [1, 2, 2] },
};
/** Fields of a metric that hold data points: gauge, sum, histogram, exponential histogram and summary. */
const pointFields = [5, 7, 9, 10, 11];
const pointNames = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];

/**
 * Counts the log records or data points of an export. @throws OtlpDecodingError if the body is neither JSON nor
 * protobuf
 */
export function countSignalItems(signal: UnsupportedSignal, body: Uint8Array | string): number {
  const { names, fields } = paths[signal];
  const isPoints = signal === "metrics";
  return typeof body === "string"
    ? countJson(readJson(body), names, isPoints)
    : countProtobuf(new ProtobufReader(body), fields, isPoints);
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new OtlpDecodingError("The body is not JSON");
  }
}

function countJson(value: unknown, [name, ...rest]: readonly string[], isPoints: boolean): number {
  if (name === undefined) return isPoints ? jsonPoints(value) : 1;
  const list = memberOf(value, name);
  if (!Array.isArray(list)) return 0;
  return list.reduce<number>((sum, item) => sum + countJson(item, rest, isPoints), 0);
}

function jsonPoints(metric: unknown): number {
  const lists = pointNames.map((name) => memberOf(memberOf(metric, name), "dataPoints"));
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

/** Returns a member by its name in lowerCamelCase, or by the snake_case name that hand-made exporters write. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const members = value as Record<string, unknown>;
  return members[name] ?? members[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function countProtobuf(reader: ProtobufReader, [field, ...rest]: readonly number[], isPoints: boolean): number {
  if (field === undefined && !isPoints) return 1;
  let sum = 0;
  while (reader.next()) {
    if (reader.wire !== WIRE_TYPE_LENGTH) reader.skip();
    else if (field === undefined)
      sum += pointFields.includes(reader.field) ? messagesIn(reader.message()) : skipped(reader);
    else sum += reader.field === field ? countProtobuf(reader.message(), rest, isPoints) : skipped(reader);
  }
  return sum;
}

/** Counts the data points of a metric: the messages in field 1. */
function messagesIn(reader: ProtobufReader): number {
  let sum = 0;
  while (reader.next()) {
    if (reader.is(1, WIRE_TYPE_LENGTH)) sum += 1;
    reader.skip();
  }
  return sum;
}

function skipped(reader: ProtobufReader): number {
  reader.skip();
  return 0;
}
