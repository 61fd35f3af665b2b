import { createSocket } from "node:dgram";
import { once } from "node:events";

/**
 * The server's answer to a question for A or AAAA: addresses, of which it sends those of the asked kind (none: NODATA),
 * an error, or no answer at all. `afterMs`: how long it waits before it answers.
 */
export type NameAnswer =
  | { addresses: readonly string[]; ttl?: number; afterMs?: number }
  | { error: "NXDOMAIN" | "SERVFAIL" | "REFUSED" }
  | "silence";
export type Question = { name: string; type: "A" | "AAAA" };

export type NameServer = {
  /** address:port */
  address: string;
  questions: Question[];
  close(): Promise<void>;
};

const errors = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };
const HEADER_BYTES = 12;
const A = 1;
const AAAA = 28;

/** A real DNS server on 127.0.0.1 (UDP, RFC 1035), which answers as it is told. */
export async function startNameServer(answer: (question: Question) => NameAnswer): Promise<NameServer> {
  const socket = createSocket("udp4");
  const questions: Question[] = [];
  let isOpen = true;
  socket.on("message", (message, sender) => {
    const { name, type, end } = readQuestion(message);
    const question: Question = { name, type: type === AAAA ? "AAAA" : "A" };
    questions.push(question);
    const said = answer(question);
    if (said === "silence") return;
    const records =
      "error" in said ? [] : said.addresses.filter((each) => each.includes(":") === (type === AAAA)).map(toBytes);
    const code = "error" in said ? errors[said.error] : 0;
    const ttl = "error" in said ? 0 : (said.ttl ?? 30);
    const bytes = writeAnswer(
      { id: message.readUInt16BE(0), code, question: message.subarray(HEADER_BYTES, end) },
      records,
      ttl,
    );
    setTimeout(
      () => isOpen && socket.send(bytes, sender.port, sender.address),
      "error" in said ? 0 : (said.afterMs ?? 0),
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async close() {
      isOpen = false;
      socket.close();
      await once(socket, "close");
    },
  };
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join("."), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function writeAnswer(
  { id, code, question }: { id: number; code: number; question: Buffer },
  records: readonly Buffer[],
  ttl: number,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  // flags: a response, recursion desired and available
  [id, 0x8180 | code, 1, records.length, 0, 0].forEach((word, index) => header.writeUInt16BE(word, 2 * index));
  const answers = records.map((address) => {
    const record = Buffer.alloc(12);
    // a pointer to the name in the question, which begins at byte 12
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(address.length === 4 ? A : AAAA, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(ttl, 6);
    record.writeUInt16BE(address.length, 10);
    return Buffer.concat([record, address]);
  });
  return Buffer.concat([header, question, ...answers]);
}

/** Bytes of an IPv4 or IPv6 address. IPv6 has all eight groups, or `::` once. */
function toBytes(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [before = "", after = ""] = address.split("::");
  const [head, tail] = [before, after].map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head!.length - tail!.length }, () => "0");
  const bytes = Buffer.alloc(16);
  [...head!, ...zeros, ...tail!].forEach((group, index) => bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index));
  return bytes;
}
