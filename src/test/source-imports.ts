import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/* Reads the imports of the program from its source, for the tests of the architecture. */

export const src = resolve("src");

/** One import of a file. `to`: a module of ours ("src/…") or a package. `isType`: whether the compiler erases it. */
export type Import = { from: string; to: string; isType: boolean };

/** Tells whether a path is one of these folders or lies in one of them. */
export const below = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Each file below src/ except generated ones. */
export function files(folder = src): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === join(src, "generated") ? [] : files(path);
    return [path];
  });
}

/** The files of the program's own code, without tests and their tools. */
export function programFiles(): string[] {
  const isTool = (path: string): boolean =>
    below(path, "test") || /\.test\.tsx?$|(^|\/)(testing[^/]*|bench)\.ts$/.test(path);
  return files().filter((file) => /\.tsx?$/.test(file) && !isTool(relative(src, file)));
}

export const parse = (file: string, text = readFileSync(file, "utf8")): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);

export function importsOf(file: string, text?: string): Import[] {
  const from = relative(src, file);
  const imports: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isType: boolean): void => {
    if (specifier && ts.isStringLiteral(specifier)) imports.push({ from, to: target(file, specifier.text), isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly || areTypes(node.exportClause));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal as ts.Expression, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(file, text));
  return imports;
}

/** Tells whether the compiler erases an import: `import type …`, or braces in which each name is marked `type`. */
function isErased(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!clause.name && areTypes(clause.namedBindings));
}

function areTypes(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (!bindings || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

/** Returns the target of an import: a package as it is written, or a module of ours as "src/…" without its ending. */
export function target(file: string, specifier: string): string {
  if (specifier.startsWith("@/")) return `src/${specifier.slice(2)}`;
  if (specifier.startsWith(".")) return `src/${relative(src, join(dirname(file), specifier))}`;
  return specifier;
}
