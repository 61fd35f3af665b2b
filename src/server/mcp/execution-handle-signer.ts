import { timingSafeEqual } from "node:crypto";
import { computeHmacSha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { getInstanceSecret } from "@/server/services/instance-secrets";

const VALID_MS = 24 * 3_600_000;
/** The length of a handle's code, in characters: 128 bits in base64url. */
const MAC_CHARACTERS = 22;

/**
 * Makes and reads handles of executions: an id, an expiry time, and a code that only this installation can make. Tools
 * that read return handles, and tools that send or cancel accept only handles. So an agent cannot act on an id from the
 * text of an observation.
 */
export type ExecutionHandleSigner = {
  make(id: string): string;
  /**
   * Returns the execution id of a handle.
   * @throws AppError BAD_REQUEST unless a tool returned the handle to this token in the last 24 hours
   */
  read(handle: string): string;
};

export async function createExecutionHandleSigner(
  ctx: ServiceContext,
  tokenId: string,
): Promise<ExecutionHandleSigner> {
  const key = Buffer.from(await getInstanceSecret(ctx, "agent handles"), "base64url");
  const macOf = (id: string, end: string): Buffer =>
    Buffer.from(
      Buffer.from(computeHmacSha256(key, Buffer.from(`${tokenId} ${id} ${end}`)))
        .toString("base64url")
        .slice(0, MAC_CHARACTERS),
    );
  return {
    make(id) {
      const end = (ctx.now().getTime() + VALID_MS).toString(36);
      return `${id}.${end}.${macOf(id, end).toString()}`;
    },
    read(handle) {
      const [id = "", end = "", mac = ""] = handle.split(".");
      const [given, wanted] = [Buffer.from(mac), macOf(id, end)];
      const isOurs = given.length === wanted.length && timingSafeEqual(given, wanted);
      if (isOurs && parseInt(end, 36) > ctx.now().getTime()) return id;
      throw new AppError(
        "BAD_REQUEST",
        "This is not a handle that a reading tool returned to this token in the last 24 hours. " +
          "Call list_executions or get_execution, and use the handle of its answer.",
      );
    },
  };
}
