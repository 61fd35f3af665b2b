import fc from "fast-check";
import { expect, test } from "vitest";
import { createInterimAnswerWatch, type InterimAnswerVerdict } from "./interim-answers";

const head = (status: number): string => `HTTP/1.1 ${status} Words\r\nx-a: HTTP/1.1 101\r\n\r\n`;
const interim = fc.integer({ min: 100, max: 199 });
const final = fc.integer({ min: 200, max: 599 });

/** Feeds a watch with these bytes, cut at these places. @returns its first verdict other than "fine" */
function verdict(text: string, cuts: readonly number[]): InterimAnswerVerdict {
  const watch = createInterimAnswerWatch();
  const places = [...new Set([0, ...cuts.map((cut) => cut % text.length), text.length])].sort((a, b) => a - b);
  for (const [index, from] of places.slice(0, -1).entries()) {
    const said = watch(Buffer.from(text.slice(from, places[index + 1]), "latin1"));
    if (said !== "fine") return said;
  }
  return "fine";
}

test("a 101 before the answer is seen, and none in it, wherever the packets begin", () => {
  fc.assert(
    fc.property(
      fc.array(interim, { maxLength: 8 }),
      final,
      fc.array(fc.nat(), { maxLength: 20 }),
      (before, status, cuts) => {
        const text = `${before.map(head).join("")}${head(status)}body\r\n\r\n${head(101)}`;
        expect(verdict(text, cuts)).toBe(before.includes(101) ? "switched" : "fine");
      },
    ),
  );
});

test("interim answers may take 64 KB in all", () => {
  const size = head(100).length - "\r\n\r\n".length;
  const most = Math.floor(65_536 / size);
  expect(verdict(head(100).repeat(most) + head(200), [])).toBe("fine");
  expect(verdict(head(100).repeat(most + 1), [])).toBe("endless");
  // Bytes behind the last interim answer in the same packet do not count.
  expect(verdict(head(100).repeat(most) + head(200) + "b".repeat(100_000), [])).toBe("fine");
});

test("bytes that are no HTTP answer are left to the parser", () => {
  for (const text of ["", "\r\n\r\n", "SMTP ready, go ahead\r\n", "http/1.1 101 x\r\n\r\n", "HTTP/1.1 1"])
    expect(verdict(text === "" ? "\n" : text, [])).toBe("fine");
});
