import { Banner } from "./ui/banner";
import { Button } from "./ui/button";

type QueryProblemProps = {
  /** the title of the message; by default "This could not be loaded" */
  title?: string;
  message: string | null;
  onRetry: () => void;
};

/** Shows the error of a failed query, with a button that repeats the query. */
export function QueryErrorMessage({ title = "This could not be loaded", message, onRetry }: QueryProblemProps) {
  return (
    <Banner
      tone="danger"
      title={title}
      action={
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {message}
    </Banner>
  );
}
