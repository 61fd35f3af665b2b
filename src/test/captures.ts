import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** An observation that a capture expects, or one that was made of it. */
export type Fields = Record<string, unknown>;

type CapturedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  wire?: string;
  bodyText?: string;
  bodyBase64?: string;
  bodyGzipBase64?: string;
};

export type Capture = {
  file: string;
  client: string;
  requests: CapturedRequest[];
  expected: { status: number; observations: Fields[]; answer?: string };
  alsoAcceptable?: { id?: string; field: string; value?: unknown; why: string }[];
};

const folder = join(import.meta.dirname, "captures");

export function loadCaptures(): Capture[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<Capture, "file">) }));
}

/** The body as the client wrote it, before it was compressed. */
export function bodyOf(request: CapturedRequest): Uint8Array {
  if (request.bodyText !== undefined) return new TextEncoder().encode(request.bodyText);
  if (request.bodyBase64 !== undefined) return Uint8Array.from(Buffer.from(request.bodyBase64, "base64"));
  return Uint8Array.from(gunzipSync(Buffer.from(request.bodyGzipBase64 ?? "", "base64")));
}

export const isProtobuf = ({ headers }: CapturedRequest): boolean =>
  /protobuf/.test(headers["Content-Type"] ?? headers["content-type"] ?? "");

/**
 * Lists where an observation differs from the expected one, by the rules of the captures' README. Empty if it does not
 * differ.
 */
export function differences(
  capture: Capture,
  { expected, got, derived }: { expected: Fields; got: Fields; derived: Fields },
): string[] {
  const isAcceptable = (field: string, value: unknown): boolean =>
    (capture.alsoAcceptable ?? []).some(
      (other) =>
        (other.id === undefined || other.id === expected["id"]) &&
        other.field.split(", ").includes(field) &&
        (!("value" in other) || same(value ?? null, other.value)),
    );
  return Object.entries(expected).flatMap(([field, wanted]) => {
    const value = valueOf(field, got, derived);
    return isSame(field, value, wanted) || isAcceptable(field, value)
      ? []
      : [`${String(expected["id"])} ${field}: ${show(value)}, not ${show(wanted)}`];
  });
}

const show = (value: unknown): string => (JSON.stringify(value) ?? "missing").slice(0, 300);

function valueOf(field: string, got: Fields, derived: Fields): unknown {
  if (field === "tags") return got[field] ?? [];
  if (field === "derived") return derived;
  if (field in derived) return derived[field];
  return got[field.replace(/Includes?$/, "")];
}

function isSame(field: string, value: unknown, wanted: unknown): boolean {
  if (field === "note") return true;
  if (field.endsWith("Time"))
    return wanted === null
      ? (value ?? null) === null
      : Math.abs(Date.parse(value as string) - Date.parse(wanted as string)) <= 1;
  if (/Includes?$|Details$/.test(field) || field === "derived")
    return Object.entries(wanted as Fields).every(([name, item]) => same((value as Fields | undefined)?.[name], item));
  if (field === "toolNames" || field === "calledToolNames") return same(sorted(value), sorted(wanted));
  const long = wanted as { startsWith?: unknown; length?: number } | null;
  if (typeof long?.startsWith === "string") {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.startsWith(long.startsWith) && text.length === long.length;
  }
  return same(value, wanted);
}

const sorted = (names: unknown): unknown => (Array.isArray(names) ? [...(names as string[])].sort() : names);

/** Compares two values: JSON text equals the value it stands for, and numbers may differ in their last digits. */
function same(left: unknown, right: unknown): boolean {
  const [a, b] = [opened(left), opened(right)];
  if (a === b || (a == null && b == null)) return true;
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) < 1e-9;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return String(a) === String(b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => same((a as Fields)[name], (b as Fields)[name]))
  );
}

function opened(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return opened(JSON.parse(value));
  } catch {
    return value;
  }
}
