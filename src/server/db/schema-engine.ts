import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";

/*
 * Prisma's schema engine as WebAssembly, in the version that this Prisma names. The Prisma command downloads a
 * binary at every start, which a machine without the network cannot do; the engine in it is the same, and so is
 * what it keeps in _prisma_migrations: the ordinary command works on the same folder.
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

export type SchemaFiles = { files: { path: string; content: string }[]; configDir: string };

/** The part of the engine that is used here. */
export type SchemaEngine = {
  applyMigrations(input: { migrationsList: MigrationsList; filters: typeof filters }): Promise<{ appliedMigrationNames: string[] }>;
  /** `schemaDatasource` is the database that the engine is connected to, `schemaDatamodel` the schema's text. */
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
  SchemaEngine: { new: (options: { datamodels: [string, string][] }, log: (line: unknown) => void, factory: unknown) => Promise<SchemaEngine> };
};

/** The adapter splits scripts at every semicolon, those inside of a function's body too; PostgreSQL reads a whole script. */
class WholeScripts extends PrismaPg {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super(pool);
    this.#pool = pool;
  }

  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => void (await this.#pool.query(script));
    return adapter;
  }
}

/** Opens the engine on a database, for a schema, and closes its connections when the work is done. */
export async function withSchemaEngine<T>(connectionString: string, schema: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const module = "@prisma/schema-engine-wasm/schema_engine_bg";
  const bindings = (await import(module)) as Bindings;
  const wasm = readFileSync(join(dirname(require.resolve(module)), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const pool = new pg.Pool({ connectionString, max: 2, application_name: "trigger-system migrations" });
  pool.on("error", () => undefined);
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
    return await work(await bindings.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => undefined, factory));
  } finally {
    await pool.end();
  }
}

export const migrationFilters = filters;
