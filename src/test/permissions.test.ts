import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, src, target } from "./source-imports";

/*
 * Routers check no permission. The service that gets the context of a project checks one before it waits for anything.
 * This test reads the calls of each procedure and follows them into the services.
 */

type ServiceFunction = ts.FunctionDeclaration | ts.ArrowFunction;

/** A module's functions, and for each name that it imports from this project the file it comes from. */
type Module = { file: string; functions: Map<string, ServiceFunction>; imported: Map<string, string> };

const modules = new Map<string, Module>();

function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known) return known;
  const found: Module = { file, functions: new Map(), imported: new Map() };
  for (const statement of parse(file).statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) found.functions.set(statement.name.text, statement);
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer && ts.isArrowFunction(initializer))
          found.functions.set(name.text, initializer);
    }
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const names = statement.importClause?.namedBindings;
      const from = `${join(src, "..", target(file, statement.moduleSpecifier.text))}.ts`;
      if (names && ts.isNamedImports(names) && existsSync(from))
        for (const { name } of names.elements) found.imported.set(name.text, from);
    }
  }
  modules.set(file, found);
  return found;
}

/**
 * The calls in a function that get its first parameter, in the order in which they run. `isLate`: an `await` came
 * before.
 */
function callsWith(node: ts.Node, parameter: string): { name: string; isLate: boolean }[] {
  const calls: { name: string; isLate: boolean }[] = [];
  let hasWaited = false;
  const visit = (inner: ts.Node): void => {
    ts.forEachChild(inner, visit);
    if (ts.isCallExpression(inner) && ts.isIdentifier(inner.expression)) {
      const [first] = inner.arguments;
      if (first && ts.isIdentifier(first) && first.text === parameter)
        calls.push({ name: inner.expression.text, isLate: hasWaited });
    }
    if (ts.isAwaitExpression(inner)) hasWaited = true;
  };
  visit(node);
  return calls;
}

/** Tells whether a service checks a permission before it waits: itself, or in a service that it calls. */
function checksPermission(module: Module, name: string, seen: readonly string[] = []): boolean {
  const own = module.functions.get(name);
  if (!own) {
    const from = module.imported.get(name);
    return from !== undefined && from.includes("/server/services/") && checksPermission(moduleOf(from), name, seen);
  }
  const key = `${module.file}:${name}`;
  const [first] = own.parameters;
  if (seen.includes(key) || !own.body || !first || !ts.isIdentifier(first.name)) return false;
  return callsWith(own.body, first.name.text).some(
    (call) =>
      !call.isLate && (call.name === "requirePermission" || checksPermission(module, call.name, [...seen, key])),
  );
}

type Procedure = { path: string; calls: string[] };

/**
 * The procedures of a router that begin with `projectProcedure`, and the functions that they call with `ctx.project`.
 */
function proceduresOf(file: string, source = parse(file)): Procedure[] {
  const procedures: Procedure[] = [];
  const begins = (node: ts.Expression): boolean =>
    ts.isIdentifier(node)
      ? node.text === "projectProcedure"
      : (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) && begins(node.expression);
  const visit = (node: ts.Node, path: string): void => {
    if (ts.isCallExpression(node) && begins(node.expression)) {
      const calls: string[] = [];
      const collect = (inner: ts.Node): void => {
        if (ts.isCallExpression(inner) && ts.isIdentifier(inner.expression)) {
          const [first] = inner.arguments;
          if (first && first.getText(source) === "ctx.project") calls.push(inner.expression.text);
        }
        ts.forEachChild(inner, collect);
      };
      collect(node);
      procedures.push({ path, calls });
      return;
    }
    const named = (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText(source);
    ts.forEachChild(node, (child) => visit(child, named ? `${path}.${named}` : path));
  };
  visit(source, basename(file, ".ts"));
  return procedures;
}

const folder = join(src, "server/api/routers");
const routers = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => join(folder, name));

describe("each procedure of a project", () => {
  it("calls one service with the context of the project", () => {
    const procedures = routers.flatMap((file) => proceduresOf(file));
    expect(procedures.length).toBeGreaterThan(100);
    expect(procedures.filter(({ calls }) => calls.length !== 1)).toEqual([]);
  });

  it("has a service that checks a permission before it waits for anything", () => {
    const silent = routers.flatMap((file) =>
      proceduresOf(file)
        .filter(({ calls }) => calls.some((name) => !checksPermission(moduleOf(file), name)))
        .map(({ path, calls }) => `${path} calls ${calls.join(", ")}, which checks no permission first`),
    );
    expect(silent).toEqual([]);
  });

  it("counts as silent if its service waits before it checks, or never checks", () => {
    const body = (text: string): ts.FunctionDeclaration =>
      ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true).statements[0] as ts.FunctionDeclaration;
    const checks = (text: string): boolean =>
      checksPermission({ file: "a.ts", functions: new Map([["get", body(text)]]), imported: new Map() }, "get");
    expect(checks('function get(ctx) { requirePermission(ctx, "project:read"); return 1; }')).toBe(true);
    expect(checks('async function get(ctx) { await load(ctx); requirePermission(ctx, "project:read"); }')).toBe(false);
    expect(checks("function get(ctx) { return load(ctx); }")).toBe(false);
  });
});
