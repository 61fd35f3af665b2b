import type { SpanReader } from "./span-reader";
import { isMeaningfulValue, parseObjectOrList } from "./read-values";

/** A value for the input or the output, and the names of the attributes that it came from. */
export type FoundContent = { value: unknown; names: readonly string[] };
export type SpanContent = { input: FoundContent | null; output: FoundContent | null };
/** Reads the input and the output of a span by one convention. */
export type ContentReader = (reader: SpanReader) => SpanContent;

/** Returns the first attribute with a meaningful value. JSON of an object or a list is parsed. */
export function firstParsedAttribute(reader: SpanReader, names: readonly string[]): FoundContent | null {
  for (const name of names) {
    const value = parseObjectOrList(reader.get(name));
    if (isMeaningfulValue(value)) return { value, names: [name] };
  }
  return null;
}

/**
 * Makes the reader of a convention that has one attribute for the input and one for the output. An attribute may have
 * several names; the best name comes first.
 */
export function makeAttributePairReader(inputs: readonly string[], outputs: readonly string[]): ContentReader {
  return (reader) => ({
    input: firstParsedAttribute(reader, inputs),
    output: firstParsedAttribute(reader, outputs),
  });
}
