import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const FOLDER = join("packages", "trigger-system");

/** The start of the bundle. YAML and zod are ES modules, but parts of them load Node's own modules by `require`. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/**
 * Bundles the command `npm run triggers` into one file without dependencies. The file holds the domain's filters and
 * decisions, and no part of the server.
 * @returns the folder of the package
 */
export async function buildPackage() {
  const file = join(FOLDER, "trigger-system.mjs");
  const { metafile } = await build({
    entryPoints: [join("src", "cli", "package", "trigger-system.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "inline",
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    metafile: true,
    logLevel: "warning",
  });
  const impure = Object.keys(metafile.inputs).filter((path) => path.startsWith("src/server/"));
  if (impure.length > 0) throw new Error(`The command must not hold the server, but it holds ${impure.join(", ")}.`);
  await chmod(file, 0o755);
  await copyFile("LICENSE", join(FOLDER, "LICENSE"));
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const manifest = join(FOLDER, "package.json");
  const own = JSON.parse(await readFile(manifest, "utf8"));
  if (own.version !== version) await writeFile(manifest, `${JSON.stringify({ ...own, version }, null, 2)}\n`);
  return FOLDER;
}
