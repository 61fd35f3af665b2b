import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The models of the schema, each with its doc comment and the text of its fields. */
const models = [
  ...readFileSync("prisma/schema.prisma", "utf8").matchAll(/((?:^\/\/\/.*\n)*)^model (\w+) \{\n([^]*?)^\}/gm),
].map(([, docs, name, fields]) => ({ name: name!, docs: docs!, fields: fields! }));

it("has a foreign key in each table that names a row of another one, or says why not", () => {
  const namesOthers = ({ fields }: { fields: string }): boolean =>
    /^ {2}(user|project|trigger|action)Id\s/m.test(fields);
  const silent = models.filter(
    (model) => namesOthers(model) && !/@relation\(fields/.test(model.fields) && !model.docs.includes("No foreign key:"),
  );
  expect(models.length).toBeGreaterThan(40);
  expect(silent.map(({ name }) => `${name}: add a relation, or a line "No foreign key: why"`)).toEqual([]);
});

it("says what each table is for", () => {
  expect(models.filter(({ docs }) => docs === "").map(({ name }) => name)).toEqual([]);
});
