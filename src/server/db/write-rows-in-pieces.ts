import { jsonParameter } from "./json-parameter";

/**
 * A statement that has reached this many characters takes no further row. Longer parameters block the event loop: 408
 * MB took 4 s.
 */
const PIECE_CHARS = 1_000_000;

/** Writes rows in their order, in several statements of limited size. */
export async function writeRowsInPieces(
  rows: Iterable<object>,
  write: (json: string) => Promise<unknown>,
): Promise<void> {
  let piece: string[] = [];
  let chars = 0;
  const flush = async (): Promise<void> => {
    const json = `[${piece.join(",")}]`;
    piece = [];
    chars = 0;
    await write(json);
  };
  for (const row of rows) {
    const json = jsonParameter(row);
    piece.push(json);
    chars += json.length;
    if (chars >= PIECE_CHARS) await flush();
  }
  if (piece.length > 0) await flush();
}
