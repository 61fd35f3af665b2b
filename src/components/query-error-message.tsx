import { Banner } from "./ui/banner";
import { Button } from "./ui/button";

type QueryErrorProps = {
  /** the title of the message; by default "This could not be loaded" */
  title?: string;
  message: string | null;
  onRetry: () => void;
  /** whether screen readers announce the message at once; for messages that follow an action of the person */
  isAlert?: boolean;
};

/** Shows the error of a failed query, with a button that repeats the query. */
export function QueryErrorMessage({
  title = "This could not be loaded",
  message,
  onRetry,
  isAlert = false,
}: QueryErrorProps) {
  return (
    <Banner
      tone="danger"
      title={title}
      isAlert={isAlert}
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
