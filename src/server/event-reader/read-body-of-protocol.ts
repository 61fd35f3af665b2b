import { AppError, httpStatusOf } from "../errors";
import { countContainers, describeTooManyContainers } from "./count-containers";
import { readLangfuseBatch } from "./read-langfuse-batch";
import { readEventRequest } from "./read-event-request";
import { readOtlpExport } from "./read-otlp-export";

/** The functions that parse a body with events, one for each protocol: the event endpoint's, OTLP's, and Langfuse's. */
const readings = { events: readEventRequest, export: readOtlpExport, batch: readLangfuseBatch };

type Readings = typeof readings;
export type EventProtocol = keyof Readings;
export type BodyReaderInput<P extends EventProtocol> = Parameters<Readings[P]>[1];
type Refused = { ok: false; status: number; error: string };
export type BodyReadResult<P extends EventProtocol> = Awaited<ReturnType<Readings[P]>> | Refused;

export type BodyReadTask<P extends EventProtocol = EventProtocol> = {
  protocol: P;
  body: Uint8Array;
  input: BodyReaderInput<P>;
  /** The most objects and lists in the body; Infinity: they are not counted. */
  containersMax: number;
};

/**
 * Parses the body of a request by its protocol, and stamps its events. A thread returns only stamped events with JSON
 * text, because long numbers would lose digits when values move between threads.
 * @param isPaceLow tells whether the project sends few events; it gets their number. If so, the events are marked to
 * run one by one
 */
export async function readBodyOfProtocol<P extends EventProtocol>(
  { protocol, body, input, containersMax }: BodyReadTask<P>,
  isPaceLow: (count: number) => boolean,
): Promise<BodyReadResult<P>> {
  const containers = containersMax === Infinity ? 0 : countContainers(body);
  if (containers > containersMax)
    return { ok: false, status: 413, error: describeTooManyContainers(containers, containersMax) };
  const read = readings[protocol] as (
    ...given: [Uint8Array, BodyReaderInput<P>, typeof isPaceLow]
  ) => ReturnType<Readings[P]>;
  try {
    return await (read(body, input, isPaceLow) as Promise<BodyReadResult<P>>);
  } catch (error) {
    if (error instanceof AppError) return { ok: false, status: httpStatusOf[error.code], error: error.message };
    // Parsed JSON may be nested too deeply for a recursive function.
    if (error instanceof RangeError)
      return { ok: false, status: 400, error: "An event is nested too deeply; keep it below 1,000 levels." };
    throw error;
  }
}
