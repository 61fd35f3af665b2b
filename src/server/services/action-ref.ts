/** Identifies an action by its own id and the id of its project. */
export type ActionRef = { projectId: string; actionId: string };
