import { describe, expect, test } from "vitest";
import { linesType } from "@/test/lines-type";
import { listFormFieldPaths, type ActionField } from "./action-form-layout";
import { SECRET_IN_SAMPLE_CONFIGURATION, type ActionType } from "./action-type";
import { getActionType, listActionTypes, registerActionType } from "./registry";
import type { JsonObject } from "../json/json-kinds";

const names = (): string[] => listActionTypes().map(({ name }) => name);

test("the registry has the type webhook", () => {
  expect(names()).toContain("webhook");
  expect(getActionType("webhook")?.name).toBe("webhook");
});

test("an unknown name has no type", () => {
  expect(getActionType("test-unknown")).toBeNull();
  expect(getActionType("constructor")).toBeNull();
});

test("a type can be added once and removed again", () => {
  const before = names();
  const other = { ...getActionType("webhook")!, name: "test-other" };
  const undo = registerActionType(other);
  expect(getActionType("test-other")).toBe(other);
  expect(() => registerActionType({ ...other })).toThrow("registered already");
  undo();
  const undoNewer = registerActionType({ ...other });
  undo();
  expect(getActionType("test-other")).not.toBeNull();
  undoNewer();
  expect(names()).toEqual(before);
});

/** A cipher whose text differs from the plain text. */
const reverse = (text: string): string => [...text].reverse().join("");

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists the dotted paths of values that no field of a form shows. */
function pathsWithoutField(fields: readonly string[], values: JsonObject, above = ""): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = `${above}${key}`;
    if (fields.includes(path)) return [];
    return isObject(value) ? pathsWithoutField(fields, value, `${path}.`) : [path];
  });
}

const isRequired = (field: ActionField): boolean =>
  field.kind === "row" || field.kind === "folded"
    ? field.fields.some(isRequired)
    : "isRequired" in field && field.isRequired === true;

function isRefused(type: ActionType, input: JsonObject): boolean {
  try {
    type.store(input, reverse, null);
    return false;
  } catch {
    return true;
  }
}

const types = [...listActionTypes(), linesType];

describe.each(types.map((type) => ({ name: type.name, type })))("the type $name", ({ type }) => {
  const { sample } = type;
  const input = type.input.parse(sample);
  const configuration = type.store(input, reverse, null);

  test("makes a message with an empty body, for the description of its target", () => {
    const message = configuration.message({
      decrypt: reverse,
      hmacSha256: () => new Uint8Array(32),
      secrets: type.hasSigningSecret ? ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] : [],
      executionId: "",
      triggerId: "",
      attempt: 1,
      depth: 1,
      timestamp: new Date("2026-01-01T00:00:00Z"),
      traceparent: null,
      body: "",
    });
    expect(message.transport).toBe(type.transport);
  });

  test("has a field in its form for each value of an empty form", () => {
    expect(pathsWithoutField(listFormFieldPaths(type.form), type.blank)).toEqual([]);
  });

  test("refuses an empty input and an empty form if a field is required", () => {
    const hasRequired = type.form.some(({ fields }) => fields.some(isRequired));
    for (const empty of [{}, type.blank]) expect(isRefused(type, empty)).toBe(hasRequired);
  });

  test("edits its safe form into the input, and a save without a change keeps what is stored", () => {
    expect(type.edit(configuration.safe(reverse))).toEqual(type.withoutSecrets(input));
    const again = type.store(type.edit(configuration.safe(null)), reverse, configuration.stored);
    expect(again.stored).toEqual(configuration.stored);
  });

  test("shows a secret in no form but the input", () => {
    const { stored } = configuration;
    const forms = [stored, configuration.safe(null), configuration.keep(), configuration.inFile()];
    for (const form of forms) expect(JSON.stringify(form)).not.toContain(SECRET_IN_SAMPLE_CONFIGURATION);
  });

  test("restores the stored form from the form of a version", () => {
    const restored = type.restore(configuration.keep(), reverse);
    expect(type.store(restored, reverse, configuration.stored).stored).toEqual(configuration.stored);
  });

  test("refuses a template that names a secret without a value", () => {
    const template = '{ "key": "{{ secrets.unknown_name }}" }';
    const isTaken = type.input.safeParse({ ...sample, template }).success;
    expect(isTaken && "template" in type.blank).toBe(false);
  });
});
