import type { Socket } from "node:net";
import { isOtlpOrLangfusePath } from "@/server/intake/ingestion-paths";

/** The most bytes of a request line that is examined. An ingestion client's line is shorter. */
const REQUEST_LINE_MAX_BYTES = 16 * 1024;
/**
 * How long a refused connection stays open, in ms. The client may still be sending its body. An earlier close would
 * reset the connection before the client reads the answer.
 */
const LINGER_MS = 5_000;
/**
 * The Retry-After of a refusal, in s. The SDKs of Langfuse and OpenTelemetry obey 1 s, and drop the batch after a
 * longer wait.
 */
const RETRY_AFTER_SECONDS = 1;

/** A connection that waits for a worker. Only `readHead` reads bytes from it. */
export class WaitingConnection {
  readonly #socket: Socket;
  #head: Buffer = Buffer.alloc(0);
  #stopReading: () => void = () => undefined;

  /** @param onGone called when the client closes the connection, which is noticed only while the socket is read */
  constructor(socket: Socket, onGone: () => void) {
    this.#socket = socket;
    socket.on("error", () => undefined).once("close", onGone);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /**
   * Reads the first bytes up to the end of the request line. It calls `onIngestion` if the path is one of OTLP or
   * Langfuse clients.
   */
  readHead(onIngestion: () => void): void {
    const socket = this.#socket;
    const check = (): void => {
      const lineEnd = this.#head.indexOf("\n");
      if (lineEnd < 0 && this.#head.length < REQUEST_LINE_MAX_BYTES) return;
      this.#stopReading();
      const [, target = ""] = this.#head.toString("latin1", 0, Math.max(lineEnd, 0)).split(" ");
      if (isOtlpOrLangfusePath(target)) onIngestion();
    };
    const onData = (chunk: Buffer): void => {
      this.#head = Buffer.concat([this.#head, chunk]);
      check();
    };
    const onEnd = (): void => void socket.destroy();
    this.#stopReading = () => {
      this.#stopReading = () => undefined;
      socket.off("data", onData).off("end", onEnd);
      pauseReading(socket);
    };
    socket.on("data", onData).once("end", onEnd).resume();
    check();
  }

  /** Stops reading, and returns the socket for a worker. `head` holds the bytes that were already read. */
  detach(): { socket: Socket; head: Buffer } {
    this.#stopReading();
    return { socket: this.#socket, head: this.#head };
  }

  end(): void {
    this.#socket.destroy();
  }

  /** Answers 503, because no worker takes the connection, and closes it. */
  refuse(): void {
    this.#stopReading();
    const socket = this.#socket;
    const body = JSON.stringify({ error: "The program is restarting. Send the request again.", status: 503 });
    socket.end(
      [
        "HTTP/1.1 503 Service Unavailable",
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
        `Retry-After: ${RETRY_AFTER_SECONDS}`,
        "Connection: close",
        "",
        body,
      ].join("\r\n"),
    );
    socket.on("data", () => undefined).resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once("close", () => clearTimeout(timer));
  }
}

/**
 * Stops reading from the socket at once. `socket.pause()` alone still reads into a buffer, and the worker would miss
 * those bytes. net.Socket has no public method for this.
 */
function pauseReading(socket: Socket): void {
  socket.pause();
  const handle = (socket as { _handle?: { reading: boolean; readStop(): void } | null })._handle;
  if (!handle) return;
  handle.reading = false;
  handle.readStop();
}
