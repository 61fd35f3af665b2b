import { z } from "zod";

/**
 * Lists the fields of a request value that neither its schema nor the answer's schema has. A client may send back
 * fields of an answer. A misspelt field must not be dropped in silence.
 */
export function listUnknownFields(
  value: unknown,
  schemas: readonly z.ZodType[],
  path: PropertyKey[] = [],
): PropertyKey[][] {
  const known = schemas.flatMap(alternativesOf);
  if (Array.isArray(value)) {
    const elements = known.flatMap((schema) => (schema instanceof z.ZodArray ? [schema.element as z.ZodType] : []));
    return elements.length === 0
      ? []
      : value.flatMap((item, index) => listUnknownFields(item, elements, [...path, index]));
  }
  const objects = known.filter((schema) => schema instanceof z.ZodObject);
  // A record accepts any field, and some schemas refuse unknown fields themselves. Neither needs this check.
  if (typeof value !== "object" || value === null || objects.length === 0 || objects.length < known.length) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const fields = objects.flatMap(({ shape }) => (Object.hasOwn(shape, key) ? [shape[key] as z.ZodType] : []));
    return fields.length === 0 ? [[...path, key]] : listUnknownFields(inner, fields, [...path, key]);
  });
}

/** Returns the schemas inside of wrappers and unions that may hold fields: objects, arrays, records and custom ones. */
function alternativesOf(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return alternativesOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodDefault) return alternativesOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return alternativesOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => alternativesOf(option as z.ZodType));
  return schema instanceof z.ZodObject ||
    schema instanceof z.ZodArray ||
    schema instanceof z.ZodRecord ||
    schema instanceof z.ZodCustom
    ? [schema]
    : [];
}
