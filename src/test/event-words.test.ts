import { relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { below, parse, programFiles, src } from "./source-imports";

/*
 * Triggers, executions and their pages work for each event source, so they take the source's word for a thing and its
 * columns. Only the folders and files of `rooms` speak of observations, each for its reason. Fields may have any name,
 * since tables, tRPC procedures and stored JSON fix them.
 */
const rooms: Record<string, string> = {
  "domain/event-source/observation-created": "the event source itself",
  "domain/event-source": "the contract and the registry name it as their example",
  "domain/opentelemetry": "makes observations of spans",
  "domain/langfuse-batch": "makes observations of Langfuse's batches",
  "domain/filter/langfuse": "reads filters over Langfuse's observations",
  "domain/model-prices": "prices the model calls of observations",
  "domain/sources": "counts what clients leave out of observations",
  "domain/as-code": "the files of tests hold observations",
  "domain/redaction": "the paths of rules begin below the observation",
  "domain/access.ts": "the scopes are worded as the API is",
  "domain/api-token.ts": "the scopes are worded as the API is",
  "server/intake": "takes spans and batches in, which become observations",
  "server/event-reader": "reads spans and batches, which become observations",
  "server/rest": "the words of the REST API are a promise",
  "server/mcp": "the words of the tools are a promise",
  "server/api/root.ts": "the names of the procedures are a promise",
  "server/api/routers/observation.ts": "the procedures about observations",
  "server/inngest": "the functions are registered under their names",
  "server/runtime.ts": "the functions are registered under their names",
  "server/services/observations": "the services about observations",
  "server/services/model-prices": "prices the model calls of observations",
  "server/services/sources": "counts what clients leave out of observations",
  "server/services/as-code": "the files of tests hold observations",
  "features/observations": "the pages about observations",
  "features/overview/send-first-event.tsx": "the first steps send a sample observation",
  "features/settings/model-prices-page.tsx": "prices the model calls of observations",
  "features/settings/price-dialog.tsx": "prices the model calls of observations",
  "features/settings/source-client-table.tsx": "counts what clients leave out of observations",
  "features/settings/redaction-preview.tsx": "tries the rules on an observation",
  "features/triggers/filter-builder/import-filter-dialog.tsx": "reads filters over Langfuse's observations",
  "lib/event-snippets.ts": "the examples send an observation",
  "app/layout.tsx": "says what the product is for",
  "app/projects/[projectId]/observations": "the pages about observations",
  cli: "the demo sends observations",
  bench: "the loads are of observations",
};

/** Names of the table, its columns, the procedures and paths. A text may contain them anywhere. */
const names =
  /\b(FROM|JOIN|UPDATE|INTO|Index:) observation\b|\bobservation_\w+|\bobservation\.\w+|\bobservation(Id|Name|RetentionDays)\b|\/observations\b|^(go-)?observations?$/g;
const WORD = /observation/i;

const inRoom = (path: string): boolean => below(path, ...Object.keys(rooms)) || path in rooms;

/** The comments, texts and declared names of a file that say "observation", each with its line. */
function sayings(path: string, source: ts.SourceFile): string[] {
  const found = new Set<string>();
  const text = source.text;
  const note = (at: number, said: string): void => {
    if (!WORD.test(said.replaceAll(names, ""))) return;
    const line = source.getLineAndCharacterOfPosition(at).line + 1;
    found.add(`${path}:${line}: ${said.trim().slice(0, 80)}`);
  };
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) note(pos, text.slice(pos, end));
    if (
      ts.isStringLiteralLike(node) ||
      ts.isJsxText(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      if (!ts.isImportDeclaration(node.parent ?? node)) note(node.getStart(source), node.text);
    const { name } = node as { name?: ts.Node };
    const isField =
      ts.isPropertySignature(node) || ts.isPropertyAssignment(node) || ts.isPropertyAccessExpression(node);
    if (name && ts.isIdentifier(name) && !isField && !ts.isShorthandPropertyAssignment(node))
      note(name.getStart(source), ` ${name.text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** The places of a file that read or write a field called `level`. */
function levels(path: string, source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === "level")
      found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: level`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const outside = programFiles()
  .map((file) => ({ path: relative(src, file), file }))
  .filter(({ path }) => !inRoom(path));

test("outside of its rooms nothing says observation: pages and services take the noun from the event source", () => {
  const found = outside.flatMap(({ path, file }) => sayings(path, parse(file)));
  expect(found).toEqual([]);
});

test("outside of its rooms nothing reads a level: lists ask the event source for the mark of a thing", () => {
  const tables = ["server/services/action-creation/write-batch.ts", "server/services/triggers/read-latest-states.ts"];
  const found = outside
    .filter(({ path }) => below(path, "app", "components", "features", "server/services") && !tables.includes(path))
    .flatMap(({ path, file }) => levels(path, parse(file)));
  expect(found).toEqual([]);
});

test("each room stands where it is said to, and speaks of observations", () => {
  const speaking = programFiles()
    .filter((file) => WORD.test(parse(file).text))
    .map((file) => relative(src, file));
  expect(Object.keys(rooms).filter((room) => !speaking.some((path) => below(path, room)))).toEqual([]);
});

test("a comment, a text, a name and JSX that say observation are found; fields, SQL and paths are not", () => {
  const said = (text: string): number => sayings("a.tsx", parse("/a.tsx", text)).length;
  for (const text of [
    "/** One observation. */ const a = 1;",
    'const a = "No observation found.";',
    "const observationOf = 1;",
    "const a = <p>The observation</p>;",
    "type Observation = string;",
    "const a = `An observation ${b}`;",
  ])
    expect([text, said(text)]).toEqual([text, 1]);
  for (const text of [
    "const a = row.observation?.name;",
    "const a = { observationId: 1 };",
    "const a = sql`SELECT 1 FROM observation WHERE observation_id = ${b}`;",
    "const a = `/projects/${b}/observations`;",
    'touch("observations");',
  ])
    expect([text, said(text)]).toEqual([text, 0]);
});
