import type { Socket } from "node:net";
import { isIngestionPath } from "@/server/intake/ingestion-paths";

/** The most bytes of a request line. A longer one does not come from an ingestion client. */
const REQUEST_LINE_MAX_BYTES = 16 * 1024;
/**
 * How long a refused connection stays open, ms. The sender may still write its body, and closing sooner would reset the
 * connection before it reads the answer.
 */
const LINGER_MS = 5_000;
/**
 * The Retry-After of a refusal, s. The SDKs of Langfuse and OpenTelemetry obey 1 s. A longer wait makes them drop the
 * batch.
 */
const RETRY_AFTER_SECONDS = 1;

/** An accepted connection that waits for a worker. Only `readHead` reads from it. */
export class WaitingConnection {
  readonly #socket: Socket;
  #head: Buffer = Buffer.alloc(0);
  #stopReading: () => void = () => undefined;

  /** @param onGone called when the client ends the connection; a socket reports that only while it is read */
  constructor(socket: Socket, onGone: () => void) {
    this.#socket = socket;
    socket.on("error", () => undefined).once("close", onGone);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Reads up to the end of the request line. It calls `onIngestion` if the path belongs to ingestion clients. */
  readHead(onIngestion: () => void): void {
    const socket = this.#socket;
    const check = (): void => {
      const lineEnd = this.#head.indexOf("\n");
      if (lineEnd < 0 && this.#head.length < REQUEST_LINE_MAX_BYTES) return;
      this.#stopReading();
      const [, target = ""] = this.#head.toString("latin1", 0, Math.max(lineEnd, 0)).split(" ");
      if (isIngestionPath(target)) onIngestion();
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

  /** Returns the socket for a worker, and stops reading it here. `head` holds the bytes that were already read. */
  detach(): { socket: Socket; head: Buffer } {
    this.#stopReading();
    return { socket: this.#socket, head: this.#head };
  }

  end(): void {
    this.#socket.destroy();
  }

  /** Answers 503 in place of a worker, and closes the connection. */
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
 * Stops reading at once. `socket.pause()` alone lets the handle read until a buffer is full, and the worker would miss
 * these bytes. net.Socket has no public method for this.
 */
function pauseReading(socket: Socket): void {
  socket.pause();
  const handle = (socket as { _handle?: { reading: boolean; readStop(): void } | null })._handle;
  if (!handle) return;
  handle.reading = false;
  handle.readStop();
}
