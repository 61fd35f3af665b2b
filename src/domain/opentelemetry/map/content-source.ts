import type { SpanReader } from "./span-reader";
import { isMeaningfulValue, parseObjectOrList } from "./read-values";

/** A value for the input or the output, and the names of the attributes that it came from. */
export type ContentWithAttributeNames = { value: unknown; names: readonly string[] };
export type SpanContent = { input: ContentWithAttributeNames | null; output: ContentWithAttributeNames | null };
/** Reads the input and the output of a span by one convention. */
export type ContentReader = (reader: SpanReader) => SpanContent;

/** Returns the first attribute with a meaningful value. JSON of an object or a list is parsed. */
export function findFirstParsedAttribute(
  reader: SpanReader,
  names: readonly string[],
): ContentWithAttributeNames | null {
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
    input: findFirstParsedAttribute(reader, inputs),
    output: findFirstParsedAttribute(reader, outputs),
  });
}
