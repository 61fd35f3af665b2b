import { makeCutMark } from "../../json/cut-text";
import { isJsonObject, type JsonObject } from "../../json/json-kinds";
import { stringifyJson } from "../../json/long-number";

/**
 * The most bytes of an observation's JSON. An event may have 3 MiB, so 64 KiB are left for what stands around the
 * observation.
 */
const OBSERVATION_BYTES_MAX = 3 * 1024 * 1024 - 64 * 1024;
/** The bytes of a field that remain when it is cut. */
const KEPT_BYTES = 256 * 1024;
/** Only a field with more bytes is cut, so that a cut field with its mark is never cut again. */
const CUT_ABOVE_BYTES = KEPT_BYTES + 1024;
/** The most bytes of JSON for one character, such as the escape \u0001. */
const BYTES_PER_UNIT = 6;

const encoder = new TextEncoder();
const buffer = new Uint8Array(KEPT_BYTES);

type Place = { owner: JsonObject; name: string; size: number };

/**
 * Cuts the data of an SDK's event that is too large for an event, so that it is still accepted. The data must be
 * redacted before, because rules by path do not find a value in a cut text. The notes of a whole observation name its
 * cut fields; a patch gets no notes.
 * @returns the names of the cut fields; the data is changed in place
 */
export function cutEventDataToSize(data: JsonObject): string[] {
  if (roughSize(data) <= OBSERVATION_BYTES_MAX) return [];
  const { observation, patch, event } = data;
  const fields = [observation, isJsonObject(patch) && patch["fields"], isJsonObject(event) && event["body"]];
  const inside = fields.filter(isJsonObject).flatMap((owner) => cutObservationToSize(owner));
  // Data whose fields were cut fits this bound, which is 32 KB higher. So this cuts only data with other long members.
  const cut = [...inside, ...cutObservationToSize(data, OBSERVATION_BYTES_MAX + 32 * 1024)];
  const whole = data["observation"];
  if (cut.length > 0 && isJsonObject(whole))
    whole["ingestion"] = withNotes(whole["ingestion"], cut.map(describeCutField));
  return cut;
}

/** Says to people that a field was cut. */
export const describeCutField = (name: string): string => `${name} was too long and was cut.`;

function withNotes(ingestion: unknown, more: readonly string[]): JsonObject {
  const told = isJsonObject(ingestion) ? ingestion : {};
  const notes: unknown[] = Array.isArray(told["notes"]) ? told["notes"] : [];
  return { ...told, notes: [...notes, ...more] };
}

/**
 * Cuts the longest fields of an observation that is too large for an event, so that the observation is still accepted.
 * It first cuts input, output, texts in metadata and members of objects in metadata. Then it cuts whole members of
 * metadata, then whole fields except the id. Only a part over 257 KB is cut, to 256 KB.
 * @returns the names of the cut fields. The observation is changed in place, but no object inside of it
 */
export function cutObservationToSize(observation: JsonObject, bytesMax = OBSERVATION_BYTES_MAX): string[] {
  if (roughSize(observation) <= bytesMax) return [];
  const cut: string[] = [];
  let left = sizeOf(observation);
  if (left <= bytesMax) return [];
  // Other states of the observation may share these objects.
  const { metadata } = observation;
  if (isJsonObject(metadata))
    observation["metadata"] = mapValues(metadata, (item) => (isJsonObject(item) ? { ...item } : item));
  for (const places of [insideMetadata, ofMetadata, ofObservation]) {
    const longest = places(observation).sort((a, b) => b.size - a.size);
    for (const { owner, name, size } of longest) {
      if (left <= bytesMax || size <= CUT_ABOVE_BYTES) break;
      owner[name] = cutText(owner[name]);
      left -= size - sizeOf(owner[name]);
      cut.push(name);
    }
  }
  return cut;
}

const mapValues = (object: JsonObject, map: (value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));

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
  return text.slice(0, read) + makeCutMark(text);
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
