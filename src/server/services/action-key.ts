/** An action of a project. Wakes, runs, breakers and slots belong to it. */
export type ActionKey = { projectId: string; actionId: string };
