import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const brotli = promisify(brotliCompress);
/** Four files at once: Node compresses in a pool of four threads. */
const AT_ONCE = 4;

/**
 * Writes a Brotli form beside each script and style of the build. src/cli/serve/compressed-static.ts serves them. At
 * the highest quality it takes 15 % less than gzip, and about 2 s for a MB, so the build compresses and no request
 * does.
 */
export async function compressStatic(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(js|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const next = async () => {
    for (let file = files.pop(); file; file = files.pop()) {
      const content = await readFile(file);
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
      await writeFile(`${file}.br`, await brotli(content, { params }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
