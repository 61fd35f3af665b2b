/** The key of an action: its project and its id. Wakes, runs, breakers and slots belong to one action. */
export type ActionRef = { projectId: string; actionId: string };
