import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip, type Gzip } from "node:zlib";
import { z } from "zod";
import { readErrorCode } from "@/server/platform/error-code";
import { readErrorMessage, StartProblem } from "../db/start-problem";

/*
 * The format of a backup file: gzip over frames. A frame is one byte for its kind, its length in four bytes (big
 * endian), and its content. The header comes first. Each table follows with its description and its rows in the text
 * form of PostgreSQL's COPY, which all major versions share. The last frame has the SHA-256 of everything before it.
 */

const FORMAT = "trigger-system backup";
const VERSION = 1;
/** The most bytes of one data frame. Small frames let reader and writer work with little memory. */
const DATA_MAX = 1024 * 1024;
const FRAME_MAX = 16 * 1024 * 1024;
/** The bytes before the content of a frame: one for its kind, four for its length. */
const HEAD = 5;

const kinds = { header: 0x48, table: 0x54, data: 0x44, trailer: 0x5a } as const;

export const ArchiveHeader = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  createdAt: z.string(),
  /** The version of PostgreSQL that wrote the backup, for people: "18.4". */
  postgres: z.string(),
  /** The names of the migrations that the backed-up database had applied. */
  migrations: z.array(z.string()).min(1),
  /** The keys that decrypt the stored secrets, the newest first. */
  encryptionKeys: z.array(z.string()).min(1),
});
export type ArchiveHeader = z.infer<typeof ArchiveHeader>;

export const ArchiveTable = z.object({
  /** `program`: a table of the program. `engine`: accepted events that at least one function has still to handle. */
  of: z.enum(["program", "engine"]),
  name: z.string(),
  columns: z.array(z.string()).min(1),
});
export type ArchiveTable = z.infer<typeof ArchiveTable>;

const ArchiveTrailer = z.object({ sha256: z.string(), tables: z.number(), rows: z.number() });

export type ArchiveFrame =
  { kind: "header"; header: ArchiveHeader } | { kind: "table"; table: ArchiveTable } | { kind: "data"; data: Buffer };

/**
 * Writes a backup to a temporary file that only its owner can read. `finish` gives the complete file its final name.
 */
export class ArchiveWriter {
  readonly #path: string;
  readonly #draft: string;
  readonly #gzip: Gzip;
  readonly #written: Promise<void>;
  readonly #hash: Hash = createHash("sha256");
  #tables = 0;
  #rows = 0;

  /** Begins a backup file. @throws StartProblem if the file exists or cannot be made */
  static async create(path: string, header: Omit<ArchiveHeader, "format" | "version">): Promise<ArchiveWriter> {
    const draft = `${path}.part-${process.pid}`;
    try {
      await refuseExisting(path);
      await (await open(draft, "wx", 0o600)).close();
    } catch (error) {
      if (error instanceof StartProblem) throw error;
      throw new StartProblem(
        `The backup cannot be written to ${path} (${readErrorCode(error)}). Choose another place.`,
      );
    }
    const writer = new ArchiveWriter(path, draft);
    await writer.#frame(kinds.header, JSON.stringify({ format: FORMAT, version: VERSION, ...header }));
    return writer;
  }

  private constructor(path: string, draft: string) {
    this.#path = path;
    this.#draft = draft;
    // Level 1 compresses three times as fast as the default level, and its file is a tenth larger.
    this.#gzip = createGzip({ level: 1 });
    const file = createWriteStream(draft, { flags: "r+", flush: true });
    this.#written = pipeline(this.#gzip, file);
    this.#written.catch(() => undefined);
  }

  /** Begins a table of the backup. Calls of `data` then add its rows. */
  async table(table: ArchiveTable): Promise<void> {
    this.#tables += 1;
    await this.#frame(kinds.table, JSON.stringify(table));
  }

  async data(data: Buffer): Promise<void> {
    // Counts rows: in COPY's text form a line feed ends a row, and a line feed inside a value is written as \n.
    for (const byte of data) if (byte === 0x0a) this.#rows += 1;
    for (let at = 0; at < data.length; at += DATA_MAX)
      await this.#frame(kinds.data, data.subarray(at, Math.min(data.length, at + DATA_MAX)));
  }

  /**
   * Completes the file and gives it its final name.
   * @returns the number of its tables and rows
   */
  async finish(): Promise<{ tables: number; rows: number }> {
    const [tables, rows] = [this.#tables, this.#rows];
    const trailer = { sha256: this.#hash.copy().digest("hex"), tables, rows };
    await this.#frame(kinds.trailer, JSON.stringify(trailer));
    this.#gzip.end();
    await this.#written;
    /*
     * The draft gets its final name. `link` fails if another file has that name by now; `rename` would replace the
     * file. A file system without links gets a check and a `rename`.
     */
    await link(this.#draft, this.#path).then(
      () => rm(this.#draft),
      async (error: unknown) => {
        if (readErrorCode(error) === "EEXIST") throw exists(this.#path);
        await refuseExisting(this.#path);
        await rename(this.#draft, this.#path);
      },
    );
    return { tables, rows };
  }

  /** Removes the unfinished file. After `finish` it does nothing. */
  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#draft, { force: true });
  }

  async #frame(kind: number, payload: string | Buffer): Promise<void> {
    const body = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
    const head = Buffer.alloc(HEAD);
    head.writeUInt8(kind, 0);
    head.writeUInt32BE(body.length, 1);
    for (const part of [head, body]) {
      this.#hash.update(part);
      if (this.#gzip.write(part)) continue;
      await Promise.race([once(this.#gzip, "drain"), this.#written]);
    }
  }
}

async function refuseExisting(path: string): Promise<void> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (readErrorCode(error) === "ENOENT") return null;
    throw error;
  });
  await file?.close();
  if (file) throw exists(path);
}

const exists = (path: string): StartProblem =>
  new StartProblem(`${path} exists already. Choose another name for the backup.`);

/**
 * Reads the frames of a backup, in order.
 * @throws StartProblem if the file is no backup, damaged or incomplete. Only the last frame proves that the file is
 * complete, so a caller must read the whole file before it writes anything
 */
export async function* readArchive(path: string): AsyncGenerator<ArchiveFrame> {
  const damaged = (why: string): StartProblem =>
    new StartProblem(`${path} is damaged or incomplete (${why}). Nothing was restored: use another backup.`);
  const hash = createHash("sha256");
  let [tables, rows] = [0, 0];
  let isComplete = false;
  let isFirst = true;
  try {
    for await (const { kind, head, body } of framesOf(path)) {
      if (isComplete) throw damaged("it goes on after its end");
      if (isFirst !== (kind === kinds.header)) throw damaged("its parts are out of order");
      if (kind === kinds.trailer) {
        const trailer = ArchiveTrailer.parse(JSON.parse(body.toString("utf8")));
        if (trailer.sha256 !== hash.digest("hex") || trailer.tables !== tables || trailer.rows !== rows)
          throw damaged("its checksum does not fit");
        isComplete = true;
        continue;
      }
      hash.update(head).update(body);
      if (kind === kinds.header) {
        isFirst = false;
        yield { kind: "header", header: readHeader(path, body) };
      } else if (kind === kinds.table) {
        tables += 1;
        yield { kind: "table", table: ArchiveTable.parse(JSON.parse(body.toString("utf8"))) };
      } else if (kind === kinds.data && tables > 0) {
        for (const byte of body) if (byte === 0x0a) rows += 1;
        yield { kind: "data", data: body };
      } else throw damaged("it has a part of an unknown kind");
    }
  } catch (error) {
    if (error instanceof StartProblem) throw error;
    const code = readErrorCode(error);
    if (["ENOENT", "EACCES", "EISDIR", "EPERM"].includes(code))
      throw new StartProblem(`${path} cannot be read (${code}). Name the file that npm run backup has written.`);
    if (isFirst && code === "Z_DATA_ERROR") throw new StartProblem(`${path} is no backup of this program.`);
    throw damaged(readErrorMessage(error));
  }
  if (!isComplete) throw damaged("its end is missing");
}

function readHeader(path: string, body: Buffer): ArchiveHeader {
  const text: unknown = JSON.parse(body.toString("utf8"));
  const known = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(text);
  if (known.success && known.data.version > VERSION)
    throw new StartProblem(`${path} was written by a newer version of this program. Restore it with that version.`);
  return ArchiveHeader.parse(text);
}

type RawFrame = { kind: number; head: Buffer; body: Buffer };

async function* framesOf(path: string): AsyncGenerator<RawFrame> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  file.on("error", (error) => unzipped.destroy(error));
  file.pipe(unzipped);
  // A long frame arrives in many chunks, which are joined when it is complete. One chunk may hold several short frames.
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = HEAD;
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size < wanted) continue;
      let rest = Buffer.concat(chunks);
      for (wanted = HEAD; rest.length >= HEAD; wanted = HEAD) {
        wanted = HEAD + rest.readUInt32BE(1);
        if (wanted > FRAME_MAX) throw new Error("a part is too long");
        if (rest.length < wanted) break;
        yield { kind: rest.readUInt8(0), head: rest.subarray(0, HEAD), body: rest.subarray(HEAD, wanted) };
        rest = rest.subarray(wanted);
      }
      chunks = [rest];
      size = rest.length;
    }
    if (size > 0) throw new Error("its last part is cut off");
  } finally {
    file.destroy();
    unzipped.destroy();
  }
}

/**
 * Reads and checks the whole file. @returns its header @throws StartProblem if the file is no backup, damaged or
 * incomplete
 */
export async function verifyArchive(path: string): Promise<ArchiveHeader> {
  let header: ArchiveHeader | undefined;
  for await (const frame of readArchive(path)) if (frame.kind === "header") ({ header } = frame);
  return header!;
}
