import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** One import of a file: a module of ours ("src/…") or a package; whether the compiler erases it. */
type Import = { from: string; to: string; isType: boolean };

/** A row of "who may import whom". Folders are below src/; a rule for a folder counts for all that is in it. */
type Row = {
  folder: string;
  /** of ours */
  own: (to: string, imported: Import) => boolean;
  /** packages; true: any */
  packages: (name: string) => boolean;
};

const src = resolve("src");
const below = (path: string, ...folders: string[]): boolean => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const isPrisma = (to: string): boolean => below(to, "generated");
const framework = (name: string): boolean => /^(next|react|react-dom|inngest|@trpc\/.*)(\/|$)/.test(name);
const featureOf = (path: string): string => path.split("/").slice(0, 2).join("/");

const rows: Row[] = [
  {
    folder: "domain",
    own: (to) => below(to, "domain"),
    packages: (name) => ["zod", "re2js", "liquidjs"].includes(name) || name.startsWith("@noble/hashes"),
  },
  {
    folder: "server/engine",
    own: (to) => below(to, "server/engine"),
    packages: (name) => !/^(next|react|@prisma|@trpc)(\/|$)/.test(name),
  },
  {
    folder: "server/services",
    own: (to, { isType }) =>
      below(to, "domain", "server/services", "server/db", "server/http") ||
      below(to, "server/crypto", "server/errors", "server/log", "server/context", "server/ids", "server/live", "server/process-identity") ||
      (isType && below(to, "env", "generated")) ||
      isPrisma(to),
    packages: (name) => !framework(name),
  },
  {
    folder: "server/api",
    own: (to, { isType }) => (below(to, "domain", "server") && !below(to, "server/db", "server/engine", "server/inngest", "server/http")) || (isType && below(to, "env")),
    packages: (name) => !/^(pg|undici|@prisma)(\/|$)/.test(name),
  },
  {
    folder: "server/inngest",
    own: (to, { isType }) => (below(to, "domain", "server") && !below(to, "server/db", "server/engine", "server/api", "server/http")) || (isType && below(to, "env")),
    packages: (name) => !/^(pg|undici|next|react|@prisma|@trpc)(\/|$)/.test(name),
  },
  { folder: "components", own: (to) => below(to, "components", "lib"), packages: (name) => !/^(pg|undici|inngest|@prisma|node:.*)(\/|$)/.test(name) },
  {
    folder: "lib",
    // The client of the API is made for the API's type; values of the server stay on the server.
    own: (to, { isType }) => below(to, "lib") || (isType && below(to, "server/api")),
    packages: (name) => !/^(pg|undici|inngest|@prisma|node:.*)(\/|$)/.test(name),
  },
  {
    folder: "features",
    own: (to, imported) =>
      below(to, "components", "lib", "domain", featureOf(imported.from)) || (imported.isType && below(to, "server/api")),
    packages: (name) => !/^(pg|undici|inngest|@prisma|node:.*)(\/|$)/.test(name),
  },
  {
    folder: "app",
    own: (to) => below(to, "app", "features", "components", "lib", "domain", "server", "env") && !below(to, "server/db", "server/engine"),
    packages: (name) => !/^(pg|undici|@prisma)(\/|$)/.test(name),
  },
];

/** Every file that is part of the program: no tests, nothing generated. */
function programFiles(folder = src): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" || entry.name === "test" ? [] : programFiles(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$|^testing|^bench\.ts$/.test(entry.name) ? [path] : [];
  });
}

const parse = (file: string): ts.SourceFile => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);

function importsOf(file: string): Import[] {
  const from = relative(src, file);
  const imports: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isType: boolean): void => {
    if (specifier && ts.isStringLiteral(specifier)) imports.push({ from, to: target(file, specifier.text), isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return imports;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

/** A package's name as it is written, or "src/…" without its ending. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith("@/")) return `src/${specifier.slice(2)}`;
  if (specifier.startsWith(".")) return `src/${relative(src, join(dirname(file), specifier))}`;
  return specifier;
}

const all = programFiles().flatMap(importsOf);
const show = ({ from, to, isType }: Import): string => `${from} imports ${isType ? "type " : ""}${to}`;

describe("who may import whom", () => {
  it.each(rows.map((row) => [row.folder, row] as const))("%s keeps to its row of the table", (folder, row) => {
    const mine = all.filter(({ from }) => below(from, folder));
    expect(mine.length).toBeGreaterThan(0);
    const forbidden = mine.filter((imported) => (imported.to.startsWith("src/") ? !row.own(imported.to.slice(4), imported) : !row.packages(imported.to)));
    expect(forbidden.map(show)).toEqual([]);
  });

  it("reaches the network from one place: nothing but server/http and the engine's own client calls out", () => {
    const undici = all.filter(({ to }) => to === "undici" || to.startsWith("undici/"));
    expect(undici.filter(({ from }) => !below(from, "server/http")).map(show)).toEqual([]);
  });

  it("has no barrels: no file that only passes on what others export", () => {
    const isBarrel = (file: string): boolean => parse(file).statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined);
    expect(programFiles().filter(isBarrel).map((file) => relative(src, file))).toEqual([]);
  });

  it("tells a forbidden import from an allowed one", () => {
    const features = rows.find(({ folder }) => folder === "features")!;
    const imported = (to: string, isType = false): boolean => features.own(to, { from: "features/triggers/list.tsx", to, isType });
    expect(imported("features/triggers/row")).toBe(true);
    expect(imported("features/actions/row")).toBe(false);
    expect(imported("server/api/root", true)).toBe(true);
    expect(imported("server/api/root")).toBe(false);
  });
});
