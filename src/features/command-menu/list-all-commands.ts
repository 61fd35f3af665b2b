import { commandsForPath } from "./commands-for-path";
import { commandsForPerson, type Command } from "./project-commands";

/** Returns the commands that apply to the open page, followed by those that do not depend on it. */
export const listAllCommands = (pathname: string, of: Parameters<typeof commandsForPerson>[0]): Command[] => [
  ...commandsForPath(pathname),
  ...commandsForPerson(of),
];
