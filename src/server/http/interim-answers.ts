/** The most bytes of all interim answers (status 1xx) before the final answer. */
const INTERIM_BYTES_MAX = 65_536;

export type InterimAnswerVerdict = "fine" | "switched" | "endless";

/**
 * Makes a function that watches the bytes of an answer, chunk by chunk. It finds two faults that node:http ignores: an
 * incomplete answer 101, and endless interim answers.
 */
export function createInterimAnswerWatch(): (chunk: Buffer) => InterimAnswerVerdict {
  let head = "";
  let passed = 0;
  let isOver = false;
  return (chunk) => {
    if (isOver) return "fine";
    head += chunk.toString("latin1");
    for (;;) {
      head = head.replace(/^[\r\n]+/, "");
      if (head.length < "HTTP/1.1 100".length) return "fine";
      const [, status] = /^HTTP\/1\.\d (1\d\d)/.exec(head) ?? [];
      if (status === "101") return "switched";
      if (status === undefined) {
        isOver = true;
        head = "";
        return "fine";
      }
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return "fine";
      passed += end;
      if (passed > INTERIM_BYTES_MAX) return "endless";
      head = head.slice(end + 4);
    }
  };
}
