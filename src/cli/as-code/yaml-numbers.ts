import { parseDocument, stringify, type Document, type LineCounter } from "yaml";
import { LongNumber } from "@/domain/json/long-number";

/** Writes a value as YAML. A long integer keeps its digits. A long decimal number becomes a text of its digits. */
export const writeYaml = (value: unknown): string => stringify(forYaml(value), { lineWidth: 110 });

function forYaml(value: unknown): unknown {
  if (value instanceof LongNumber) return /^-?\d+$/.test(value.digits) ? BigInt(value.digits) : value.digits;
  if (Array.isArray(value)) return value.map(forYaml);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, forYaml(member)]));
}

/** Parses YAML, and keeps all digits of integers. */
export const readYaml = (text: string, lineCounter: LineCounter): Document.Parsed =>
  parseDocument(text, { lineCounter, intAsBigInt: true });

/** Returns the value of a YAML document. Long integers have the form in which the domain reads them from JSON. */
export const readYamlDocumentValue = (document: Document.Parsed): unknown => fromYaml(document.toJS());

function fromYaml(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : new LongNumber(String(value));
  }
  if (Array.isArray(value)) return value.map(fromYaml);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromYaml(member)]));
}
