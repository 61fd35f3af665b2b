import { isJsonObject } from "../../json/json-kinds";
import { stringifyJson } from "../../json/long-number";
import type { JsonObject } from "./read-values";

/** The most bytes of an observation's JSON. An event may have 3 MiB, of which its envelope takes the difference. */
const OBSERVATION_BYTES_MAX = 3 * 1024 * 1024 - 64 * 1024;
/** The bytes of a field that remain when it is cut. */
const KEPT_BYTES = 256 * 1024;
/** The most bytes of JSON for one character, such as the escape \u0001. */
const BYTES_PER_UNIT = 6;

const encoder = new TextEncoder();
const buffer = new Uint8Array(KEPT_BYTES);

type Place = { owner: JsonObject; name: string; size: number };

/**
 * Cuts the longest fields of an observation that is too large for an event, so that the observation is still accepted.
 * It first cuts input, output, texts in metadata and members of objects in metadata. Then it cuts whole members of
 * metadata, then whole fields. Only a part over 256 KB is cut.
 * @returns the names of the cut fields; the observation is changed in place
 */
export function cutToEventSize(observation: JsonObject, bytesMax = OBSERVATION_BYTES_MAX): string[] {
  if (roughSize(observation) <= bytesMax) return [];
  const cut: string[] = [];
  let left = sizeOf(observation);
  for (const places of [insideMetadata, ofMetadata, ofObservation]) {
    const longest = places(observation).sort((a, b) => b.size - a.size);
    for (const { owner, name, size } of longest) {
      if (left <= bytesMax || size <= KEPT_BYTES) break;
      owner[name] = cutText(owner[name]);
      left -= size - sizeOf(owner[name]);
      cut.push(name);
    }
  }
  return cut;
}

const placesIn = (owner: JsonObject): Place[] =>
  Object.keys(owner).map((name) => ({ owner, name, size: sizeOf(owner[name]) }));
const insideMetadata = (observation: JsonObject): Place[] => {
  const metadata = observation["metadata"];
  const inner = isJsonObject(metadata) ? Object.values(metadata).filter(isJsonObject).flatMap(placesIn) : [];
  const texts = isJsonObject(metadata)
    ? placesIn(metadata).filter(({ name }) => typeof metadata[name] === "string")
    : [];
  const bodies = placesIn(observation).filter(({ name }) => name === "input" || name === "output");
  return [...bodies, ...texts, ...inner];
};
const ofMetadata = ({ metadata }: JsonObject): Place[] => (isJsonObject(metadata) ? placesIn(metadata) : []);
const ofObservation = (observation: JsonObject): Place[] => placesIn(observation).filter(({ name }) => name !== "id");

function cutText(value: unknown): string {
  const text = typeof value === "string" ? value : stringifyJson(value);
  const { read } = encoder.encodeInto(text, buffer);
  return `${text.slice(0, read)}…[cut by Trigger System: ${text.length.toLocaleString("en-US")} characters]`;
}

/** Returns the bytes of a value's JSON. */
function sizeOf(value: unknown): number {
  if (value === undefined) return 0;
  const text = stringifyJson(value);
  let size = 0;
  for (let at = 0; at < text.length;) {
    const { read, written } = encoder.encodeInto(text.slice(at, at + KEPT_BYTES / 4), buffer);
    if (read === 0) break;
    at += read;
    size += written;
  }
  return size;
}

/** Estimates the bytes of a value's JSON without writing it. The estimate is never too low. */
function roughSize(value: unknown): number {
  if (typeof value === "string") return value.length * BYTES_PER_UNIT + 2;
  if (typeof value !== "object" || value === null) return 32;
  if (Array.isArray(value)) return (value as unknown[]).reduce<number>((sum, item) => sum + roughSize(item) + 1, 2);
  const entries = Object.entries(value);
  return entries.reduce((sum, [name, item]) => sum + name.length * BYTES_PER_UNIT + roughSize(item) + 4, 2);
}
