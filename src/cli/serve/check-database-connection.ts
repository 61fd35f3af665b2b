import { readErrorCode } from "@/server/platform/error-code";
import { tryToConnect } from "@/server/db/embedded/postmaster";
import { readErrorMessage, StartProblem } from "@/server/db/start-problem";

/**
 * Connects to DATABASE_URL once, to test it.
 * @throws StartProblem with the reason of a failure, without the password
 */
export async function checkDatabaseConnection(databaseUrl: string): Promise<void> {
  const failure = await tryToConnect(databaseUrl);
  if (!failure) return;
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  const why: Record<string, string> = {
    ECONNREFUSED: "nothing listens there. Start that PostgreSQL, or mend the address",
    ENOTFOUND: "there is no such host. Mend the address",
    EAI_AGAIN: "its host cannot be resolved now. Mend the address, or the network",
    "28P01": "the user or the password is refused. Mend them",
    "28000": "the user is refused. Mend it, or the server's pg_hba.conf",
    "3D000": `it has no database ${name}. Create it, or mend the address`,
    "53300": "it has no connection left. Raise its max_connections, or end other programs",
  };
  const reason =
    why[readErrorCode(failure)] ??
    `${readErrorMessage(failure) || readErrorCode(failure)}. Mend the address, or that server`;
  throw new StartProblem(
    `The database of DATABASE_URL (${url.host}) cannot be reached: ${reason}. ` +
      "Without DATABASE_URL the program brings its own.",
  );
}
