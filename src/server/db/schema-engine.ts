import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { log } from "../log";
import { createUtcPool } from "./utc-connection";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";

/*
 * Prisma's schema engine as WebAssembly, in the version that this Prisma names. It compares a schema with a database,
 * so that a migration can be written offline. The Prisma command downloads a binary, which a machine without a network
 * cannot do. A start does not use the engine.
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

/**
 * The methods of the schema engine that two callers use: the command for new migrations, and the test of applied ones.
 */
export type SchemaEngine = {
  /** Compares a folder of migrations with the rows of `_prisma_migrations`, as the Prisma command does. */
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
  /** `schemaDatasource` is the database of the engine's connection, `schemaDatamodel` the text of the schema. */
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
/** The one-byte type "char" of PostgreSQL's catalogue. The engine reads it, but the adapter does not know it. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Prisma's adapter, extended for the schema engine. */
class EngineAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    knowChar(adapter);
    return adapter;
  }
}

/** Makes the adapter read columns of type "char" as text, and report their type afterwards. */
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

/** The engine's module has state, so the process has only one instance. */
let loaded: Promise<Bindings> | undefined;

async function load(): Promise<Bindings> {
  const module = "@prisma/schema-engine-wasm/schema_engine_bg";
  const bindings = (await import(module)) as Bindings;
  const wasm = readFileSync(join(dirname(require.resolve(module)), "schema_engine_bg.wasm"));
  // The engine calls this function with its error before it aborts.
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

/** Opens the engine on a database, for a schema. It closes the connections after the work. */
export async function withSchemaEngine<T>(
  connectionString: string,
  schema: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const bindings = await (loaded ??= load());
  const pool = createUtcPool(connectionString, {
    max: 2,
    // A migration may hold one connection for a long time while the engine waits for another.
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

export const externalTableFilters = filters;
