/* Writes OTLP in protobuf from its JSON form, so that both encodings are tested with the same spans. */

type Json = Record<string, unknown>;
type Kind = "text" | "bytes" | "hex" | "int" | "bool" | "double" | "fixed64" | Message;
type Message = { [field: string]: [number, Kind] };

const value: Message = {
  stringValue: [1, "text"],
  boolValue: [2, "bool"],
  intValue: [3, "int"],
  doubleValue: [4, "double"],
  bytesValue: [7, "bytes"],
};
const keyValue: Message = { key: [1, "text"], value: [2, value] };
value["arrayValue"] = [5, { values: [1, value] }];
value["kvlistValue"] = [6, { values: [1, keyValue] }];
const resource: Message = { attributes: [1, keyValue] };
const scope: Message = { name: [1, "text"], version: [2, "text"], attributes: [3, keyValue] };
const event: Message = { timeUnixNano: [1, "fixed64"], name: [2, "text"], attributes: [3, keyValue] };
const link: Message = { traceId: [1, "hex"], spanId: [2, "hex"], attributes: [4, keyValue] };
const span: Message = {
  traceId: [1, "hex"],
  spanId: [2, "hex"],
  traceState: [3, "text"],
  parentSpanId: [4, "hex"],
  name: [5, "text"],
  kind: [6, "int"],
  startTimeUnixNano: [7, "fixed64"],
  endTimeUnixNano: [8, "fixed64"],
  attributes: [9, keyValue],
  droppedAttributesCount: [10, "int"],
  events: [11, event],
  droppedEventsCount: [12, "int"],
  links: [13, link],
  status: [15, { message: [2, "text"], code: [3, "int"] }],
};
const root: Message = {
  resourceSpans: [1, { resource: [1, resource], scopeSpans: [2, { scope: [1, scope], spans: [2, span] }] }],
};

/** @param body an export as OTLP's JSON has it, ids in hex */
export function encodeProtobuf(body: object): Uint8Array {
  return Uint8Array.from(message(body as Json, root));
}

/** Works with buffers: lists of numbers would take seconds for a megabyte. */
function message(given: Json, shape: Message): Buffer {
  const parts = Object.entries(given).flatMap(([name, item]) => {
    const known = shape[name];
    if (!known || item === null || item === undefined) return [];
    const items = Array.isArray(item) ? (item as unknown[]) : [item];
    return items.flatMap((one) => field(known[0], known[1], one));
  });
  return Buffer.concat(parts);
}

function field(number: number, kind: Kind, given: unknown): Uint8Array[] {
  if (kind === "int") return [Buffer.from([number << 3, ...varint(BigInt(given as number))])];
  if (kind === "bool") return [Buffer.from([number << 3, given ? 1 : 0])];
  if (kind === "double") return [Buffer.from([(number << 3) | 1]), doubleBytes(Number(given))];
  if (kind === "fixed64") return [Buffer.from([(number << 3) | 1]), fixedBytes(BigInt(given as string))];
  const bytes = typeof kind === "object" ? message(given as Json, kind) : bytesOf(kind, given as string);
  return [Buffer.from([...varint(BigInt((number << 3) | 2)), ...varint(BigInt(bytes.length))]), bytes];
}

const bytesOf = (kind: string, given: string): Uint8Array =>
  kind === "text" ? Buffer.from(given, "utf8") : Buffer.from(given, kind === "hex" ? "hex" : "base64");

function varint(given: bigint): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, given);
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}

function doubleBytes(given: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, given, true);
  return new Uint8Array(view.buffer);
}

function fixedBytes(given: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, given, true);
  return new Uint8Array(view.buffer);
}
