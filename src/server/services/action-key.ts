/** The key of an action: its project and its id. Wakes, runs, breakers and slots belong to one action. */
export type ActionKey = { projectId: string; actionId: string };
