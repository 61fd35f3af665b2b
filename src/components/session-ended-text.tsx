/** Says that the session has ended, and how a person goes on without losing anything on the page. */
export function SessionEndedText() {
  return (
    <span>
      Your session has ended. Your changes are still here.{" "}
      <a href="/sign-in" target="_blank" className="rounded-sm underline underline-offset-2">
        Sign in in another tab
      </a>
      , and save here afterwards.
    </span>
  );
}
