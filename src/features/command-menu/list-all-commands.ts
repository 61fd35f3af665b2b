import { commandsForPath } from "./commands-for-path";
import { commandsForPerson, type Command } from "./project-commands";

/** Returns the commands of the open page, and then those of the project. */
export const listAllCommands = (pathname: string, of: Parameters<typeof commandsForPerson>[0]): Command[] => [
  ...commandsForPath(pathname),
  ...commandsForPerson(of),
];
