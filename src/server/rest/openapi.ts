import { z } from "zod";
import { findScopeOfPermission } from "@/domain/access";
import { scopeDescriptions } from "@/domain/api-token";
import { listActionTypes } from "@/domain/action/registry";
import { Filter } from "@/domain/filter/schema";
import type { RestEndpoint } from "./endpoint";
import { ActionOutput } from "./endpoints/actions";
import { TriggerOutput } from "./endpoints/triggers";
import { problemTitleByCode } from "./problem";
import { tagDescriptions } from "./tag-descriptions";

type JsonObject = { [name: string]: unknown };

/** The names of schemas in the OpenAPI document, which generated clients use for types. */
const names = z.registry<{ id: string }>();
names.add(Filter, { id: "Filter" });
names.add(TriggerOutput, { id: "Trigger" });
names.add(ActionOutput, { id: "Action" });

/** Makes the OpenAPI 3.1 document from the same schemas that parse the calls. */
export function makeOpenApiDocument(endpoints: readonly RestEndpoint[], appUrl: string): JsonObject {
  const schemas: Record<string, unknown> = { Problem: problemSchema };
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of endpoints) {
    const item = (paths[endpoint.path] ??= {});
    item[endpoint.method.toLowerCase()] = operationOf(endpoint, schemas);
  }
  for (const type of listActionTypes()) schemas[configurationName(type.name)] = inputSchema(type.input, schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "Trigger System",
      version: "1",
      description: "Triggers on LLM observations. The browser, this API and agents use the same services.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: `${appUrl}/api/v1` }],
    security: [{ token: [] }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name, description: tagDescriptions[name] })),
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: `An API token. ${scopesText()}` },
      },
      responses: { Problem: problemAnswer },
      schemas,
    },
  };
}

const scopesText = (): string =>
  Object.entries(scopeDescriptions)
    .map(([scope, text]) => `${scope}: ${text}`)
    .join(" ");

function operationOf(endpoint: RestEndpoint, schemas: Record<string, unknown>): JsonObject {
  const { id, tag, summary, description, permission, body, isPatch, answer, deprecation } = endpoint;
  const scope = permission === null ? null : findScopeOfPermission(permission);
  const needs = scope === null ? "Any token may call it." : `Needs the scope \`${scope}\`.`;
  const schema = body && bodySchema(endpoint, schemas);
  const media = isPatch ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: description ? `${description} ${needs}` : needs,
    ...(deprecation ? { deprecated: true } : {}),
    parameters: parametersOf(endpoint),
    ...(schema
      ? { requestBody: { required: true, content: Object.fromEntries(media.map((type) => [type, { schema }])) } }
      : {}),
    responses: {
      [endpoint.status ?? (answer === null ? 204 : 200)]: {
        description: "Success",
        ...(answer === null ? {} : { content: { "application/json": { schema: outputSchema(answer, schemas) } } }),
      },
      "4XX": { $ref: "#/components/responses/Problem" },
      "5XX": { $ref: "#/components/responses/Problem" },
    },
  };
}

function parametersOf({ method, path, query, hasVersion, location }: RestEndpoint): JsonObject[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...json } = z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" });
    delete json.$schema;
    // A number of a query has an empty schema, because it is parsed from text. It is described as text.
    const shown = isEmpty(json) ? { type: "string" } : json;
    return { name, in: "query", ...(description ? { description } : {}), schema: shown };
  });
  const header = (name: string, description: string) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  });
  return [
    ...inPath,
    ...inQuery,
    ...(method === "POST" ? [header("Idempotency-Key", "A repeat within 24 hours gets the first answer again")] : []),
    ...(hasVersion && method !== "GET" && location === undefined
      ? [header("If-Match", "The ETag of your last GET; another version answers 412")]
      : []),
  ];
}

const isEmpty = (json: object): boolean => Object.keys(json).every((name) => name === "default");

/**
 * Makes the schema of a request body. A body may also have the answer's read-only fields. A merge patch may leave out
 * every field.
 */
function bodySchema({ body, readOnly, isPatch }: RestEndpoint, schemas: Record<string, unknown>): JsonObject {
  const schema = inputSchema(body!, schemas);
  const known = schema.properties as Record<string, JsonObject>;
  const ignored = readOnly
    ? ((moveDefinitions(outputOf(readOnly), schemas, "").properties ?? {}) as Record<string, JsonObject>)
    : {};
  const properties: Record<string, JsonObject> = { ...known };
  for (const [name, property] of Object.entries(ignored)) properties[name] ??= { ...property, readOnly: true };
  const { required, ...rest } = schema;
  return {
    ...rest,
    properties: withConfigurations(properties),
    ...(required !== undefined && !isPatch ? { required } : {}),
    additionalProperties: false,
  };
}

const configurationName = (type: string): string => `${type.charAt(0).toUpperCase()}${type.slice(1)}Configuration`;

/**
 * Adds the schemas of configurations to the properties of an action: each action type has a configuration of its own.
 * Other properties stay as they are.
 */
function withConfigurations(properties: Record<string, JsonObject>): Record<string, JsonObject> {
  if (!properties.configuration || !properties.type) return properties;
  const anyOf = listActionTypes().map(({ name }) => ({ $ref: `#/components/schemas/${configurationName(name)}` }));
  return { ...properties, configuration: { anyOf: [...anyOf, { type: "object", additionalProperties: true }] } };
}

const inputSchema = (schema: z.ZodType, schemas: Record<string, unknown>): JsonObject =>
  moveDefinitions(
    z.toJSONSchema(schema, { io: "input", unrepresentable: "any", metadata: names }) as JsonObject,
    schemas,
    "Given",
  );

const outputOf = (schema: z.ZodType): JsonObject =>
  z.toJSONSchema(schema, { io: "output", unrepresentable: "any", metadata: names }) as JsonObject;

const outputSchema = (schema: z.ZodType, schemas: Record<string, unknown>): JsonObject =>
  moveDefinitions(outputOf(schema), schemas, "");

/**
 * Moves the definitions of a JSON schema to the document's components.
 * @param prefix keeps input and output forms of one name apart
 */
function moveDefinitions(schema: JsonObject, schemas: Record<string, unknown>, prefix: string): JsonObject {
  const { $schema: _dialect, $defs, id, ...own } = schema;
  const nameOf = (name: string): string =>
    name.startsWith("__") ? `${prefix}Node${name.slice("__schema".length)}` : prefix + name;
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) =>
        name === "anyOf" && Array.isArray(inner)
          ? [name, distinct(inner.map(rewrite))]
          : name === "$ref" && typeof inner === "string" && inner.startsWith("#/$defs/")
            ? [name, `#/components/schemas/${nameOf(inner.slice("#/$defs/".length))}`]
            : [name, rewrite(inner)],
      ),
    );
  };
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id: _id, ...rest } = rewrite(definition) as JsonObject;
    schemas[nameOf(name)] = rest;
  }
  const rewritten = rewrite(own) as JsonObject;
  if (typeof id !== "string") return rewritten;
  schemas[nameOf(id)] = rewritten;
  return rewritten;
}

/** Removes repeated members of a union. Members that differ only in parsing have the same JSON form. */
const distinct = (schemas: readonly unknown[]): unknown[] => [
  ...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values(),
];

const problemSchema: JsonObject = {
  type: "object",
  description: "Problem details (RFC 9457)",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "what happened, to which thing, and what to change" },
    code: { type: "string", enum: Object.keys(problemTitleByCode), description: "stable" },
    requestId: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: {
          pointer: { type: "string", description: "a JSON pointer (RFC 6901) into the body or the query" },
          detail: { type: "string" },
        },
      },
    },
  },
};

const problemAnswer: JsonObject = {
  description: "A problem",
  headers: { "X-Request-Id": { schema: { type: "string" }, description: "stands in the server's log" } },
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
