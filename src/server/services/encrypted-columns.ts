import { Prisma } from "@/generated/prisma/client";
import type { Database } from "@/server/db/client";

/** A database column that holds encrypted values, with the functions to encrypt them again. */
export type EncryptedColumn = {
  /** what the values are, in the plural, such as `signing secrets`; for the report to the operator */
  name: string;
  /** returns words that identify a row in an error message */
  nameOf(id: string): string;
  /** reads up to `limit` rows whose id comes after `after`, in the order of the ids */
  read(db: Database, after: string, limit: number): Promise<{ id: string; value: string }[]>;
  /** Replaces the value of a row if the row still holds `from`. Returns the number of changed rows: 1 or 0. */
  swap(db: Database, row: { id: string; from: string; to: string }): Promise<number>;
  /**
   * Returns a row's text with each encrypted value in it replaced by the result of `replace`. `where` tells the
   * position of a value in JSON; empty for a plain value.
   */
  each(value: string, replace: (ciphertext: string, where: string) => string): string;
};

type Column = { name: string; one: string; table: string; key: string; column: string };

/** Describes a column whose whole text is one encrypted value. */
function plain({ name, one, table, key, column }: Column): EncryptedColumn {
  const [t, k, c] = [Prisma.raw(table), Prisma.raw(key), Prisma.raw(column)];
  return {
    name,
    nameOf: (id) => `${one} ${id}`,
    read: (db, after, limit) =>
      db.$queryRaw`SELECT ${k} AS id, ${c} AS value FROM ${t} WHERE ${k} > ${after} AND ${c} <> '' ORDER BY ${k}
        LIMIT ${limit}`,
    swap: (db, { id, from, to }) => db.$executeRaw`UPDATE ${t} SET ${c} = ${to} WHERE ${k} = ${id} AND ${c} = ${from}`,
    each: (value, replace) => replace(value, ""),
  };
}

/** Describes a column of JSON. Its members called `ciphertext`, at any depth, hold encrypted values. */
function json({ name, one, table, key, column }: Column): EncryptedColumn {
  const [t, k, c] = [Prisma.raw(table), Prisma.raw(key), Prisma.raw(column)];
  return {
    name,
    nameOf: (id) => `${one} ${id}`,
    read: (db, after, limit) => db.$queryRaw`
      SELECT ${k} AS id, ${c}::text AS value FROM ${t}
      WHERE ${k} > ${after} AND ${c}::text LIKE '%"ciphertext"%' ORDER BY ${k} LIMIT ${limit}`,
    swap: (db, { id, from, to }) =>
      db.$executeRaw`UPDATE ${t} SET ${c} = ${to}::jsonb WHERE ${k} = ${id} AND ${c} = ${from}::jsonb`,
    each: replaceCiphertexts,
  };
}

const replaceCiphertexts: EncryptedColumn["each"] = (value, replace) => {
  let changed = false;
  const walk = (node: unknown, path: string): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => walk(item, `${path}.${index}`));
    if (node === null || typeof node !== "object") return node;
    return Object.fromEntries(
      Object.entries(node).map(([name, inner]) => {
        if (name !== "ciphertext" || typeof inner !== "string") return [name, walk(inner, `${path}.${name}`)];
        const replaced = replace(inner, `, at ${path.slice(1)}`);
        changed ||= replaced !== inner;
        return [name, replaced];
      }),
    );
  };
  const walked = walk(JSON.parse(value), "");
  return changed ? JSON.stringify(walked) : value;
};

/** All database columns that hold encrypted values. A test compares this list with the database schema. */
export const encryptedColumns: readonly EncryptedColumn[] = [
  plain({
    name: "keys of this installation",
    one: "the installation's key",
    table: "instance_secret",
    key: "name",
    column: "ciphertext",
  }),
  plain({
    name: "signing secrets",
    one: "the signing secret",
    table: "action_secret",
    key: "id",
    column: "ciphertext",
  }),
  json({
    name: "URLs and secret headers",
    one: "the configuration of the action",
    table: "action_configuration",
    key: "id",
    column: "configuration",
  }),
  json({
    name: "URLs of former versions",
    one: "the version",
    table: "configuration_version",
    key: "id",
    column: "snapshot",
  }),
  plain({
    name: "URLs of operational webhooks",
    one: "the operational webhook of the project",
    table: "operational_webhook",
    key: "project_id",
    column: "url_ciphertext",
  }),
  {
    name: "stored answers of the API",
    nameOf: (id) => `the stored answer ${id}`,
    read: (db, after, limit) => db.$queryRaw`
      SELECT token_id || ' ' || key AS id, ciphertext AS value FROM api_request
      WHERE token_id || ' ' || key > ${after} AND ciphertext <> '' ORDER BY 1 LIMIT ${limit}`,
    swap: (db, { id, from, to }) => db.$executeRaw`
      UPDATE api_request SET ciphertext = ${to} WHERE token_id || ' ' || key = ${id} AND ciphertext = ${from}`,
    each: (value, replace) => replace(value, ""),
  },
  plain({ name: "emails to send", one: "the email", table: "email", key: "id", column: "ciphertext" }),
  plain({
    name: "operational webhooks",
    one: "the operational webhook of the project",
    table: "operational_webhook",
    key: "project_id",
    column: "ciphertext",
  }),
  plain({
    name: "former secrets of operational webhooks",
    one: "the former secret of the operational webhook of the project",
    table: "operational_webhook",
    key: "project_id",
    column: "old_ciphertext",
  }),
  plain({
    name: "salts of redaction rules",
    one: "the salt of the project",
    table: "redaction",
    key: "project_id",
    column: "salt_ciphertext",
  }),
];
