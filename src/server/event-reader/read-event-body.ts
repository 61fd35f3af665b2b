import { isUtf8 } from "node:buffer";
import { mayHoldUnstorableText } from "@/domain/json/unstorable-text";
import {
  findJsonFault,
  parseJsonWithLongNumberFlag,
  findPositionInText,
  withoutByteOrderMark,
} from "@/domain/json/read-json";
import type { RequestBodyTraits } from "../services/redact-and-stamp-events";

type EventBody = RequestBodyTraits & { value: unknown };

/**
 * Parses the bytes of a request to the event endpoint as JSON.
 * @returns the value; or a message that says what is wrong and where
 */
export function readEventBody(bytes: Uint8Array): { ok: true; body: EventBody } | { ok: false; error: string } {
  const text = withoutByteOrderMark(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  if (text === "")
    return { ok: false, error: "The body is empty; it must be an event, or an array of events, as JSON" };
  try {
    const body = {
      ...parseJsonWithLongNumberFlag(text),
      mayHoldBadText: mayHoldUnstorableText(text),
      hasBrokenBytes: text.includes("\uFFFD") && !isUtf8(bytes),
    };
    return { ok: true, body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, error: `The body is not JSON. ${describeFault(text)}` };
  }
}

/**
 * Describes a syntax error in JSON: `A value is missing before NaN (line 1, column 93, in
 * events[1].data.observation.metadata.score).`
 */
function describeFault(text: string): string {
  const fault = findJsonFault(text);
  if (!fault) return "";
  const { line, column } = findPositionInText(text, fault.at);
  const isList = typeof fault.path[0] === "number";
  const path = fault.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(0, PATH_MAX);
  const place = `line ${line}, column ${column}${path === "" ? "" : `, in ${isList ? "events" : "event"}${path}`}`;
  return `${fault.message.replace(/\.$/, "")} (${place}).`;
}

/** The most characters of a JSON path in an error message. */
const PATH_MAX = 300;
