import type { BetterAuthOptions } from "better-auth";
import { sha256 } from "../crypto";

type Factory<Adapter> = (options: BetterAuthOptions) => Adapter;
type Condition = { field: string; value: unknown };
type Input = {
  model?: string;
  where?: Condition[];
  data?: Record<string, unknown>;
  update?: Record<string, unknown>;
};
type Method = (input: Input) => Promise<unknown>;

const methods = [
  "create",
  "findOne",
  "findMany",
  "count",
  "update",
  "updateMany",
  "delete",
  "deleteMany",
  "consumeOne",
  "incrementOne",
];

/**
 * Wraps the database adapter of the sign-in library, so that the database holds only the SHA-256 of session tokens. A
 * reader of the table therefore gets no session. The library still sees the plain token of its query. A token is 32
 * random characters, so a hash without salt is enough.
 */
export function withHashedSessionTokens<Adapter extends object>(factory: Factory<Adapter>): Factory<Adapter> {
  return (options) => wrap(factory(options));
}

function wrap<Adapter extends object>(adapter: Adapter): Adapter {
  const wrapped = { ...adapter } as Record<string, unknown>;
  for (const name of methods) {
    const method = wrapped[name];
    if (typeof method === "function") wrapped[name] = hashing(method.bind(adapter) as Method);
  }
  const { transaction } = adapter as { transaction?: (run: (inner: Adapter) => Promise<unknown>) => Promise<unknown> };
  if (typeof transaction === "function")
    wrapped.transaction = (run: (inner: Adapter) => Promise<unknown>) =>
      transaction.call(adapter, (inner) => run(wrap(inner)));
  return wrapped as Adapter;
}

const hashing =
  (method: Method): Method =>
  async (input) => {
    if (input.model !== "session") return method(input);
    const known = new Map<string, string>();
    const hash = (token: unknown): unknown => {
      if (typeof token !== "string") return token;
      const hashed = sha256(token);
      known.set(hashed, token);
      return hashed;
    };
    const hashMember = (row: Record<string, unknown> | undefined) =>
      row && "token" in row ? { ...row, token: hash(row.token) } : row;
    const where = input.where?.map((condition) =>
      condition.field === "token"
        ? { ...condition, value: Array.isArray(condition.value) ? condition.value.map(hash) : hash(condition.value) }
        : condition,
    );
    const { data, update } = input;
    const result = await method({
      ...input,
      ...(where ? { where } : {}),
      ...(data ? { data: hashMember(data)! } : {}),
      ...(update ? { update: hashMember(update)! } : {}),
    });
    return Array.isArray(result) ? result.map((row) => restore(row, known)) : restore(result, known);
  };

function restore(row: unknown, known: Map<string, string>): unknown {
  if (typeof row !== "object" || row === null || !("token" in row)) return row;
  return { ...row, token: known.get(String(row.token)) ?? row.token };
}
