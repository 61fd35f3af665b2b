import type { BulkJobKind } from "../types";

type BulkLook = {
  /** the title of the dialog */
  title: string;
  description: string;
  /** the label of the button, with a count */
  verb: (count: string) => string;
  /** the executions that the job can change: `3 of 4 executions can be sent again` */
  can: string;
  /** the result of the job: `3 executions sent again` */
  done: string;
  noun: string;
};

/** The words for each kind of bulk job. */
export const bulkJobWords: Record<BulkJobKind, BulkLook> = {
  resend: {
    title: "Send again",
    description: "The same bytes under the same webhook ids, so that receivers can tell copies.",
    verb: (count) => `Send ${count} again`,
    can: "can be sent again",
    done: "sent again",
    noun: "resend",
  },
  send_now: {
    title: "Send now",
    description:
      "Executions that wait for a delay, a retry or their endpoint become due. The rate of each action still holds.",
    verb: (count) => `Send ${count} now`,
    can: "can be sent now",
    done: "sent now",
    noun: "job",
  },
  cancel: {
    title: "Cancel",
    description: "Nothing more is sent for them. They can be sent again later.",
    verb: (count) => `Cancel ${count}`,
    can: "wait and can be cancelled",
    done: "cancelled",
    noun: "job",
  },
};
