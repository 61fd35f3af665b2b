/** Asks a person whether the page may be left, and calls `leave` after a yes. */
type LeaveQuestion = (leave: () => void) => void;

const questions: LeaveQuestion[] = [];

/**
 * Adds a question that a person answers before a command or a menu leaves the page.
 * @returns a function that removes the question
 */
export function addLeaveQuestion(question: LeaveQuestion): () => void {
  questions.push(question);
  return () => void questions.splice(questions.indexOf(question), 1);
}

/** Leaves the page after a yes to the newest question. Without a question it leaves at once. */
export function askBeforeLeaving(leave: () => void): void {
  const question = questions.at(-1);
  if (question) question(leave);
  else leave();
}

/** Tells whether a URL, absolute or from the root, has the path of the open page and thus does not leave it. */
export const isUrlOfOpenPage = (url: string): boolean =>
  new URL(url, window.location.origin).pathname === window.location.pathname;
