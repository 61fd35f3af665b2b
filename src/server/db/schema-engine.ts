import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { log } from "../log";
import { createUtcPool } from "./utc-connection";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";

/*
 * Loads Prisma's schema engine as WebAssembly. It compares a schema with a database, so that a new migration can be
 * written without a network; Prisma's command would download a binary. The program does not use it at a start.
 */

const require = createRequire(join(process.cwd(), "package.json"));

type MigrationFile = { path: string; content: { tag: "ok"; value: string } };
export type MigrationsList = {
  baseDir: string;
  lockfile: { path: string; content: string | null };
  shadowDbInitScript: string;
  migrationDirectories: { path: string; migrationFile: MigrationFile }[];
};
const filters = { externalTables: [], externalEnums: [] };

type SchemaFiles = { files: { path: string; content: string }[]; configDir: string };

/** The two methods of the schema engine in use: one for new migrations, one for the test of applied ones. */
export type SchemaEngine = {
  /** Compares the migrations in a folder with the rows of `_prisma_migrations`, as Prisma's command does. */
  diagnoseMigrationHistory(input: {
    migrationsList: MigrationsList;
    optInToShadowDatabase: boolean;
    filters: typeof filters;
  }): Promise<{
    history: unknown;
    failedMigrationNames: string[];
    editedMigrationNames: string[];
    hasMigrationsTable: boolean;
  }>;
  /**
   * Computes the SQL between two schemas. `schemaDatasource` is the connected database, `schemaDatamodel` the text of a
   * schema file.
   */
  diff(input: {
    from: { tag: "schemaDatasource" } & SchemaFiles;
    to: { tag: "schemaDatamodel" } & SchemaFiles;
    script: true;
    exitCode: null;
    shadowDatabaseUrl: null;
    filters: typeof filters;
  }): Promise<{ stdout: string | null }>;
};

type Bindings = Record<string, unknown> & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] },
      log: (line: unknown) => void,
      factory: unknown,
    ) => Promise<SchemaEngine>;
  };
};

type RawResult = { fields: { dataTypeID: number }[]; rows: unknown[] };
/**
 * The object ids of two PostgreSQL types. The catalogue has columns of the one-byte type "char" (18), which Prisma's
 * adapter does not know.
 */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Prisma's database adapter, extended so that the schema engine can read PostgreSQL's catalogue. */
class EngineAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    knowChar(adapter);
    return adapter;
  }
}

/** Makes the adapter read columns of the type "char" as text. */
function knowChar(adapter: Awaited<ReturnType<PrismaPg["connect"]>>): void {
  const inner = adapter as unknown as { performIO(query: unknown): Promise<RawResult> };
  const performIO = inner.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  const charColumns = new WeakMap<unknown[], number[]>();
  inner.performIO = async (query) => {
    const result = await performIO(query);
    const columns = [...result.fields.keys()].filter((index) => result.fields[index]!.dataTypeID === CHAR_OID);
    for (const index of columns) result.fields[index]!.dataTypeID = TEXT_OID;
    charColumns.set(result.rows, columns);
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

/** The WebAssembly module has global state, so the process loads it only once. */
let loaded: Promise<Bindings> | undefined;

async function load(): Promise<Bindings> {
  const module = "@prisma/schema-engine-wasm/schema_engine_bg";
  const bindings = (await import(module)) as Bindings;
  const wasm = readFileSync(join(dirname(require.resolve(module)), "schema_engine_bg.wasm"));
  // The schema engine calls this function with a message before it aborts.
  (globalThis as { PRISMA_WASM_PANIC_REGISTRY?: unknown }).PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message: string) => log.error({ engine: message }, "the schema engine gave up"),
  };
  const { instance } = await WebAssembly.instantiate(wasm, {
    "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}

/** Opens the schema engine on a database, runs `work` with it, and closes its connections. */
export async function withSchemaEngine<T>(
  connectionString: string,
  schema: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const bindings = await (loaded ??= load());
  const pool = createUtcPool(connectionString, {
    max: 2,
    // The wait for a connection has no limit, because a migration may hold one for a long time.
    connectionTimeoutMillis: 0,
    application_name: "trigger-system migrations",
  });
  pool.on("error", () => undefined);
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(new EngineAdapter(pool));
    return await work(
      await bindings.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => undefined, factory),
    );
  } finally {
    await pool.end();
  }
}

export const noExternalTables = filters;
