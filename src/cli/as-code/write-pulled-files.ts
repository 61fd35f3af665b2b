import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { stringify } from "yaml";
import type { PulledConfiguration } from "@/server/services/as-code/pull-configuration";
import { PROJECT_FILE, PULLED_VERSIONS_FILE, type ProjectFile } from "./read-project-folder";

/**
 * Writes the triggers and actions of a pull as YAML files, which replace files in JSON. It deletes the files of deleted
 * ones. A person wrote the TypeScript files, so they stay unchanged.
 * @returns the written and deleted paths, and the paths of unchanged TypeScript files
 */
export function writePulledFiles(
  folder: string,
  project: ProjectFile,
  { files, pulled }: PulledConfiguration,
): { written: string[]; removed: string[]; leftAlone: string[] } {
  const done = { written: [] as string[], removed: [] as string[], leftAlone: [] as string[] };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, PROJECT_FILE), stringify(project));
  for (const kind of ["actions", "triggers"] as const) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const name of readdirSync(join(folder, kind))) {
      const isData = /\.(ya?ml|json)$/.test(name);
      const key = name.slice(0, -extname(name).length);
      if (!isData || (files[kind][key] && name.endsWith(".yaml"))) continue;
      rmSync(join(folder, kind, name));
      if (!files[kind][key]) done.removed.push(`${kind}/${name}`);
    }
    for (const [key, file] of Object.entries(files[kind])) {
      if (existsSync(join(folder, kind, `${key}.ts`))) {
        done.leftAlone.push(`${kind}/${key}.ts`);
        continue;
      }
      writeFileSync(join(folder, kind, `${key}.yaml`), stringify(file, { lineWidth: 110 }));
      done.written.push(`${kind}/${key}.yaml`);
    }
  }
  writePulledVersions(folder, pulled);
  return done;
}

/**
 * Writes the ids and versions of the pulled triggers and actions. A later plan or apply sends them, so that the server
 * notices changes that were made elsewhere.
 */
export function writePulledVersions(folder: string, pulled: PulledConfiguration["pulled"]): void {
  writeFileSync(join(folder, PULLED_VERSIONS_FILE), `${JSON.stringify(pulled, null, 2)}\n`);
}
