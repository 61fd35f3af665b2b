import { listCommandsForPath } from "./commands-for-path";
import { listCommandsForPerson, type Command } from "./project-commands";

/** Returns the commands that apply to the open page, followed by those that do not depend on it. */
export const listAllCommands = (pathname: string, of: Parameters<typeof listCommandsForPerson>[0]): Command[] => [
  ...listCommandsForPath(pathname),
  ...listCommandsForPerson(of),
];
