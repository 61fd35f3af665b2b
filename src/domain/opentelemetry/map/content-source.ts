import type { SpanReading } from "./span-reading";
import { isMeaningful, opened } from "./values";

/** A value for the input or the output, and the names of the attributes that it came from. */
export type Found = { value: unknown; names: readonly string[] };
export type Content = { input: Found | null; output: Found | null };
/** Reads the input and the output of a span by one convention. */
export type ContentReader = (reading: SpanReading) => Content;

/** Returns the first attribute with a meaningful value. JSON of an object or a list is parsed. */
export function firstParsedAttribute(reading: SpanReading, names: readonly string[]): Found | null {
  for (const name of names) {
    const value = opened(reading.get(name));
    if (isMeaningful(value)) return { value, names: [name] };
  }
  return null;
}

/**
 * Makes the reader of a convention with one attribute for the input and one for the output. The best names come first.
 */
export function attributeSource(inputs: readonly string[], outputs: readonly string[]): ContentReader {
  return (reading) => ({
    input: firstParsedAttribute(reading, inputs),
    output: firstParsedAttribute(reading, outputs),
  });
}
