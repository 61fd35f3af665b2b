import type { BulkJobKind } from "../types";

type BulkLook = {
  title: string;
  description: string;
  /** returns the label of the start button for a count */
  verb: (count: string) => string;
  /** what the job can do to the executions, as in `3 of 4 executions can be sent again` */
  can: string;
  /** what the job did, as in `3 executions sent again` */
  done: string;
  noun: string;
};

/** The texts of dialogs and messages, for each kind of bulk job. */
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
